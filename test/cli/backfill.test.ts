import { all } from '../../store/database.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { type World, withWorld } from '../support/world.ts';
import { cli, envOf, startCli } from './cli.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(8);
});
afterAll(() => temporal.stop());

const backfill = (world: World, ...args: string[]) => cli(['backfill', ...args], { env: envOf(world) });

const countRuns = async (world: World, where: string) =>
  (await world.db.query<{ id: string }>(`select id from runs where ${where} order by run_key, job`)).rows.map(
    ({ id }) => id,
  );

/** For each start, how many older dates of the job had not ended then; the most of them. */
async function mostBehind(world: World, job: string): Promise<number> {
  const rows = await all<{ behind: number }>(
    world.db,
    `select (select count(*) from runs older where older.job = r.job and older.run_key < r.run_key
       and (older.ended_at is null or older.ended_at > e.created_at)) as behind
     from runs r join executions e on e.run_id = r.id where r.job = $1`,
    [job],
  );
  return Math.max(...rows.map(({ behind }) => behind));
}

test(
  '90 dates run oldest first, four at a time; after kill -9 the same command goes on, and none runs twice',
  () =>
    withWorld(temporal, async (world) => {
      await world.startWorker({ pollMs: 200 });
      const args = ['LEFT', '--from', '2026-08-01', '--to', '2026-10-29', '--concurrency', '4'];
      const first = startCli(['backfill', ...args], { env: envOf(world) });
      await until(async () => (await countRuns(world, `status = 'succeeded'`)).length >= 20, {
        describe: '20 dates to succeed',
        timeoutMs: 120_000,
      });
      first.child.kill('SIGKILL');
      await first.finished;
      expect((await countRuns(world, 'true')).length).toBeLessThan(90);

      const { code, stdout } = await backfill(world, ...args);

      expect(stdout).toMatch(/^LEFT: \d+ of 90 dates to run, 4 at a time\n/);
      expect(stdout).toMatch(/(\d+) of \1 dates succeeded\n$/);
      expect(code).toBe(0);
      expect(await countRuns(world, `job = 'LEFT' and status = 'succeeded'`)).toHaveLength(90);
      expect(await mostBehind(world, 'LEFT')).toBe(3);
      expect((await world.db.query('select 1 from executions where number > 1')).rowCount).toBe(0);
      expect(world.aws.journal.processes()).toHaveLength(90);
      // No successor was started, nor is one expected.
      expect(await countRuns(world, `job <> 'LEFT'`)).toEqual([]);
    }),
  400_000,
);

test('prerequisites run with it, in order, and start nothing else', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    const range = ['JOINED', '--from', '2026-11-01', '--to', '2026-11-02'];

    const refused = await backfill(world, ...range);
    const { code } = await backfill(world, ...range, '--with-prerequisites');

    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--with-prerequisites') });
    expect(code).toBe(0);
    expect(await countRuns(world, `status = 'succeeded'`)).toEqual(
      ['2026-11-01', '2026-11-02'].flatMap((day) => [`JOINED/${day}`, `LEFT/${day}`, `RIGHT/${day}`]),
    );
    // LATE comes after RIGHT, and nobody asked for it.
    expect(await countRuns(world, `status <> 'succeeded'`)).toEqual([]);
  }));

test('with successors, what comes after runs, too', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    await backfill(world, 'RIGHT', '--from', '2026-11-01', '--to', '2026-11-01');

    const { code } = await backfill(world, 'LEFT', '--from', '2026-11-01', '--to', '2026-11-01', '--with-successors');

    expect(code).toBe(0);
    expect(await countRuns(world, `status = 'succeeded'`)).toEqual(
      ['JOINED', 'LEFT', 'RIGHT', 'WAITING'].map((job) => `${job}/2026-11-01`),
    );
  }));

test('a date that fails gives its exit code, stops neither the others nor the command; the same command tries it again', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    const range = ['WAITING', '--from', '2026-11-01', '--to', '2026-11-02', '--with-prerequisites'];
    world.aws.misbehave.rule({ kind: 'accessDenied', operation: 'SubmitJob', times: 1 });

    const failed = await backfill(world, ...range);

    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain('1 of 2 dates succeeded');
    expect(await countRuns(world, `status = 'waiting'`)).toEqual(['WAITING/2026-11-01']);

    expect(await backfill(world, ...range)).toMatchObject({ code: 0 });

    expect(await countRuns(world, `status = 'succeeded'`)).toHaveLength(4);
  }));

test('Ctrl-C starts no further date, and says what goes on; a dry run starts none at all', () =>
  withWorld(temporal, async (world) => {
    const args = ['LEFT', '--from', '2026-11-01', '--to', '2026-11-03'];
    const dry = await backfill(world, ...args, '--dry-run');
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    expect(dry.stdout.split('\n')[1]).toBe('2026-11-01  start LEFT/2026-11-01');
    expect(await countRuns(world, 'true')).toEqual([]);

    const running = startCli(['backfill', ...args], { env: envOf(world) });
    await until(async () => (await countRuns(world, 'true')).length === 1, {
      describe: 'the first date to be started',
    });
    running.child.kill('SIGINT');

    const { code, stdout } = await running.finished;
    expect(code).toBe(4);
    expect(stdout).toContain('what is in flight goes on, and the same command goes on with the rest');
    expect(await countRuns(world, `status = 'waiting'`)).toEqual(['LEFT/2026-11-01']);
  }));
