import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '../local/postgres/start-postgres.ts';
import { migrate } from '../store/migrate.ts';
import { describeSchema } from './describe-schema.ts';

const file = fileURLToPath(new URL('../store/schema.sql', import.meta.url));

/** Writes the schema that the migrations make to store/schema.sql; with --check, compares, and exits 1 when it differs. */
const schema = await migratedSchema();
if (process.argv.includes('--check')) process.exitCode = await compare(schema);
else await writeFile(file, schema);

async function migratedSchema(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'nightshift-schema-'));
  const server = await startPostgres({ directory, password: 'schema', database: 'schema', fast: true });
  try {
    await migrate(server.url());
    return await describeSchema(server.url());
  } finally {
    await server.stop();
    // As root, the server's files are elsewhere than we asked for.
    for (const folder of [directory, server.directory]) await rm(folder, { recursive: true, force: true });
  }
}

async function compare(expected: string): Promise<number> {
  const committed = await readFile(file, 'utf8').catch(() => '');
  if (committed === expected) return 0;
  const had = new Set(committed.split('\n'));
  const has = new Set(expected.split('\n'));
  const gone = committed.split('\n').filter((line) => !has.has(line));
  const added = expected.split('\n').filter((line) => !had.has(line));
  const difference = [...gone.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)];
  process.stderr.write(`store/schema.sql is not what the migrations make; run \`npm run schema\` and commit it:\n`);
  process.stderr.write(`${difference.join('\n') || 'the order of its lines differs'}\n`);
  return 1;
}
