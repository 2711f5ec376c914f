import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describeSchema } from '../../scripts/describe-schema.ts';
import { openDatabase } from '../../store/database.ts';
import { migrate } from '../../store/migrate.ts';
import { cli } from '../cli/cli.ts';
import { withDatabase } from '../support/postgres.ts';

const schemaFile = resolve(import.meta.dirname, '../../store/schema.sql');

test('migrate says what it applied, and the second time that there is nothing to do', () =>
  withDatabase(async ({ url }) => {
    const first = await cli(['migrate'], { env: { DATABASE_URL: url } });
    const second = await cli(['migrate'], { env: { DATABASE_URL: url } });

    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/^(applied \d{4}_[\w-]+\n)+$/);
    expect(second).toEqual({ code: 0, stdout: 'The database is up to date\n', stderr: '' });
  }));

test('processes that migrate at once apply each migration once, and all succeed', () =>
  withDatabase(async ({ url }) => {
    const all = await Promise.all([1, 2, 3].map(() => cli(['migrate'], { env: { DATABASE_URL: url } })));

    expect(all.map(({ code, stderr }) => ({ code, stderr }))).toEqual(all.map(() => ({ code: 0, stderr: '' })));
    const applied = all.flatMap(({ stdout }) => stdout.match(/^applied .*$/gm) ?? []);
    expect(applied.length).toBeGreaterThan(0);
    expect(applied).toEqual([...new Set(applied)]);
    const db = openDatabase(url, () => undefined);
    const { rows } = await db.query('select name from migrations order by id');
    await db.end();
    expect(rows.map(({ name }) => `applied ${name}`)).toEqual(applied.sort());
  }));

test('store/schema.sql is what the migrations make', () =>
  withDatabase(async ({ url }) => {
    await migrate(url);

    expect(await describeSchema(url)).toBe(await readFile(schemaFile, 'utf8'));
  }));

test('a change of the schema changes its description', () =>
  withDatabase(async ({ url }) => {
    await migrate(url);
    const before = await describeSchema(url);
    const db = openDatabase(url, () => undefined);
    const changes = [
      'alter table runs add column note text',
      'alter table runs alter column reason set not null',
      `alter table runs alter column reason set default 'none'`,
      'alter table runs add constraint runs_once unique (job, run_key)',
      'create index runs_by_reason on runs (reason)',
      'drop table audit',
    ];

    const seen = [before];
    for (const change of changes) {
      await db.query(change);
      seen.push(await describeSchema(url));
    }

    await db.end();
    expect(new Set(seen).size).toBe(changes.length + 1);
  }));

test('a command on a database without the schema says to migrate', () =>
  withDatabase(async ({ url }) => {
    const listed = await cli(['runs'], { env: { DATABASE_URL: url } });

    expect(listed).toMatchObject({ code: 6, stdout: '' });
    expect(listed.stderr).toContain('nightshift migrate');
  }));
