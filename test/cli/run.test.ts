import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../../store/migrate.ts';
import { withClient } from '../apps/ranking/shop.ts';
import { createDatabase } from '../support/postgres.ts';
import { withProject } from '../support/temp-project.ts';

const files = {
  'test/support/jobs/work.ts': 'jobs/work.ts',
  'test/support/sleeper/nightshift.config.ts': 'nightshift.config.ts',
};

/** A project whose settings lead to a migrated database; no Temporal, no AWS: what is refused needs none. */
async function withRefusals(
  use: (run: (...args: string[]) => Promise<{ code: number | null; stdout: string; stderr: string }>) => Promise<void>,
) {
  const database = await createDatabase();
  try {
    await migrate(database.url);
    await withProject(files, async (project) => {
      mkdirSync(join(project.directory, '.nightshift'), { recursive: true });
      writeFileSync(join(project.directory, '.nightshift', 'local.env'), `DATABASE_URL=${database.url}\n`);
      await use((...args) => project.run(...args));
    });
    await withClient(database.url, async (client) => {
      expect((await client.query('select * from runs')).rows).toEqual([]);
    });
  } finally {
    await database.drop();
  }
}

test(
  'what cannot be is refused with one clear line and exit code 2, and nothing is started',
  () =>
    withRefusals(async (run) => {
      const cases: [string[], RegExp][] = [
        [['run', 'ONCE'], /There is no job "ONCE"; did you mean ONE/],
        [
          ['run', 'ONE', '--date', '2026-02-30', '--input', '{"dir":"/tmp"}'],
          /"2026-02-30" is not a business date.*YYYY-MM-DD/,
        ],
        [['run', 'ONE', '--input', '{"dir":'], /--input is not JSON/],
        [['run', 'ONE', '--input', '@/nowhere.json'], /--input @\/nowhere.json: the file cannot be read/],
        [['run', 'ONE', '--input', '{"dir":5}'], /dir.*string/],
        [['run', 'ONE'], /ONE/],
        [['run'], /missing required argument 'job'/],
        [['run', 'ONE', '--frequently'], /unknown option '--frequently'/],
        [['show', 'ONE'], /There is no run "ONE"/],
      ];
      for (const [args, line] of cases) {
        const { code, stdout, stderr } = await run(...args);
        expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: '' });
        expect(stderr).toMatch(line);
        expect(stderr).not.toMatch(/\n\s+at /);
      }
    }),
  240_000,
);

test('a database that does not answer is exit code 6, with what to do', () =>
  withProject(files, async (project) => {
    mkdirSync(join(project.directory, '.nightshift'), { recursive: true });
    writeFileSync(join(project.directory, '.nightshift', 'local.env'), 'DATABASE_URL=postgres://a:b@127.0.0.1:1/x\n');

    const { code, stderr } = await project.run('run', 'ONE', '--input', '{"dir":"/tmp"}');

    expect(code).toBe(6);
    expect(stderr).toMatch(/ECONNREFUSED.*check that Postgres/);
  }));

test('a folder without a project is exit code 2', () =>
  withProject({}, async (project) => {
    const { code, stderr } = await project.run('run', 'ONE');

    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(/nightshift.config.ts/) });
  }));
