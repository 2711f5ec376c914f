import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startPostgres } from '../../local/postgres/start-postgres.ts';
import { findTemporal } from '../../local/temporal/find-temporal.ts';
import { type SharedPostgres, sharedPostgresKey } from './global-teardown.ts';

/**
 * Runs once before all test files: finds Temporal, starts the one Postgres that they share, and bundles the workflows of
 * the tests' own jobs.
 * Test files get both through the environment, which Jest's workers inherit.
 */
export default async function globalSetup(): Promise<void> {
  const temporal = await findTemporal({ temporalCli: process.env.TEMPORAL_CLI });
  const folder = await mkdtemp(path.join(tmpdir(), 'nightshift-test-'));
  const options = { directory: folder, password: 'test', database: 'admin', fast: true };
  const bundleFile = path.join(folder, 'workflows.js');
  await writeTestBundle(bundleFile);
  const server = await startPostgres(options).catch(async (error) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const shared: SharedPostgres = { server, folders: [folder, server.directory] };
  Object.assign(globalThis, { [sharedPostgresKey]: shared });
  process.env.NIGHTSHIFT_TEST_TEMPORAL_CLI = temporal;
  process.env.NIGHTSHIFT_TEST_BUNDLE = bundleFile;
  process.env.NIGHTSHIFT_TEST_POSTGRES = server.url();
}

/** In a process of its own: Jest loads this file by Node's own `require`, which knows no source condition. */
async function writeTestBundle(file: string): Promise<void> {
  const program = ['--import', 'tsx', 'test/support/write-test-bundle.ts', file];
  await promisify(execFile)(process.execPath, ['--conditions=nightshift-source', ...program]);
}
