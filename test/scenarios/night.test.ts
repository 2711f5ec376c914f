import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { compareRankings } from '../apps/ranking/compare-rankings.ts';
import { withClient } from '../apps/ranking/shop.ts';
import { isRunning } from '../support/leaks.ts';
import { type TempProject, withProject } from '../support/temp-project.ts';
import { until } from '../support/until.ts';

const files = {
  'nightshift.config.ts': 'nightshift.config.ts',
  jobs: 'jobs',
  apps: 'apps',
  container: 'container',
};

/** Addresses that a running dev has left for other terminals. */
function addresses({ directory }: TempProject): string[] {
  const env = parse(readFileSync(join(directory, '.nightshift', 'local.env')));
  return [env.DATABASE_URL, `http://${env.TEMPORAL_ADDRESS}`, env.AWS_ENDPOINT_URL].map(
    (url) => new URL(url ?? '').host,
  );
}

function answers(address: string): Promise<boolean> {
  const [host = '', port] = address.split(':');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

async function expectNobodyAnswers(at: string[]) {
  for (const address of at) expect({ address, answers: await answers(address) }).toEqual({ address, answers: false });
}

test(
  'one command runs the night on the whole data set: the rankings equal the independent SQL, row by row',
  () =>
    withProject(files, async (project) => {
      const dev = project.start('dev', '--once', '--stay');
      await dev.prints('Everything stays up', 240_000);

      const at = addresses(project);
      const shop = new URL(parse(readFileSync(join(project.directory, '.nightshift', 'local.env'))).DATABASE_URL ?? '');
      shop.pathname = '/shop';
      await withClient(shop.href, async (client) => {
        const { rows } = await client.query('select count(*)::int as count from shop.rankings');
        expect(rows).toEqual([{ count: 100_000 }]);
        expect(await compareRankings(client, '2026-11-21')).toEqual([]);
        await client.query('update shop.rankings set rank = rank + 1 where rank = 500');
        expect(await compareRankings(client, '2026-11-21')).not.toEqual([]);
      });
      const runs = await project.run('runs', '--json');
      expect(
        JSON.parse(runs.stdout)
          .map((run: { id: string; status: string }) => `${run.id} ${run.status}`)
          .sort(),
      ).toEqual(
        ['BATCH-000', 'BATCH-001', 'BATCH-002', 'BATCH-003', 'morning-build'].map(
          (job) => `${job}/2026-11-21 succeeded`,
        ),
      );
      dev.child.kill('SIGINT');
      expect((await dev.ended).code).toBe(0);
      await expectNobodyAnswers(at);

      const again = await project.run('dev', '--once');
      expect(again).toMatchObject({ code: 0, stderr: '' });
      expect(again.stdout).toContain('Data is there');
      expect(again.stdout).toMatch(/top:\n\s+rank\s+userId\s+name\s+score\s*\n(\s+\d+\s+\d+\s+\S+ \S+\s+\d+\s*\n){5}/);
      await expectNobodyAnswers(at);
    }),
  300_000,
);

test(
  'Ctrl-C in dev cancels the run: its processes are gone, its lock is free, and nothing is left running',
  () =>
    withProject({ 'test/support/sleeper': '.' }, async (project) => {
      const dev = project.start('dev', '--once');
      await dev.prints('sleep#1  running');
      const at = addresses(project);
      const pid = await until(() => Number(readFileSync(join(project.directory, 'apps/sleeper/pid'), 'utf8')), {
        describe: 'the task to run',
      });

      dev.child.kill('SIGINT');

      expect((await dev.ended).code).toBe(4);
      expect(isRunning(pid)).toBe(false);
      await expectNobodyAnswers(at);
      const next = project.start('dev');
      await next.prints('Ctrl-C stops everything');
      const show = await project.run('show', 'SLEEPER/2026-11-21', '--json');
      expect(JSON.parse(show.stdout)).toMatchObject({ run: { status: 'cancelled' } });
      const { DATABASE_URL = '' } = parse(readFileSync(join(project.directory, '.nightshift', 'local.env')));
      await withClient(DATABASE_URL, async (client) => {
        const { rows } = await client.query('select name, run_id from lock_slots');
        expect(rows).toEqual([{ name: 'bed', run_id: null }]);
      });
      next.child.kill('SIGTERM');
      expect((await next.ended).code).toBe(0);
    }),
  240_000,
);

test(
  'kill -9 of dev: its servers and its tasks are gone, and the next start closes what was open',
  () =>
    withProject({ 'test/support/sleeper': '.' }, async (project) => {
      const dev = project.start('dev', '--once');
      await dev.prints('sleep#1  running');
      const at = addresses(project);
      const pid = await until(() => Number(readFileSync(join(project.directory, 'apps/sleeper/pid'), 'utf8')), {
        describe: 'the task to run',
      });

      dev.child.kill('SIGKILL');
      await dev.ended;

      await until(async () => !(await Promise.all(at.map(answers))).includes(true), {
        describe: 'the servers to be gone',
      });
      await until(() => !isRunning(pid), { describe: 'the task to be gone' });
      const next = project.start('dev');
      await next.prints('Ctrl-C stops everything');
      await until(
        async () =>
          JSON.parse((await project.run('show', 'SLEEPER/2026-11-21', '--json')).stdout).run.status === 'failed',
        { describe: 'the run to be closed' },
      );
      const show = JSON.parse((await project.run('show', 'SLEEPER/2026-11-21', '--json')).stdout);
      expect(show.run).toMatchObject({ status: 'failed', reason: 'temporalLost' });
      next.child.kill('SIGTERM');
      expect((await next.ended).code).toBe(0);
    }),
  240_000,
);
