import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPostgres } from '../../local/postgres/start-postgres.ts';
import { findTemporal } from '../../local/temporal/find-temporal.ts';
import { bundleWorkflows } from '../../workers/bundle-workflows.ts';
import { type SharedPostgres, sharedPostgresKey } from './global-teardown.ts';
import { testJobs } from './test-jobs.ts';

/**
 * Runs once before all test files: finds Temporal, starts the one Postgres that they share, and bundles the workflows of
 * the tests' own jobs.
 * Test files get both through the environment, which Jest's workers inherit.
 */
export default async function globalSetup(): Promise<void> {
  const temporal = await findTemporal({ temporalCli: process.env.TEMPORAL_CLI });
  const folder = await mkdtemp(path.join(tmpdir(), 'nightshift-test-'));
  const options = { directory: folder, password: 'test', database: 'admin', fast: true };
  const bundle = await bundleWorkflows({ directory: process.cwd(), jobs: testJobs().jobs.values() });
  const bundleFile = path.join(folder, 'workflows.js');
  await writeFile(bundleFile, bundle.code);
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
