import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { JobRegistry } from '../../config/job-registry.ts';
import type { Resources } from '../../config/resources.ts';
import type { Engine, Log } from '../../engine/engine.ts';
import { startRun } from '../../engine/start-run.ts';
import { createAppImages } from '../../local/apps/app-images.ts';
import { type LocalAws, startLocalAws } from '../../local/aws/index.ts';
import { deployLocally } from '../../local/stack/deploy-locally.ts';
import { localPlace } from '../../local/stack/local-place.ts';
import { localServices } from '../../local/stack/local-services.ts';
import { hasEnded, type RunStatus } from '../../model/run-states.ts';

import type { Timings } from '../../model/timings.ts';
import { type Database, openDatabase } from '../../store/database.ts';
import { migrate } from '../../store/migrate.ts';
import { getRun, type RunRow } from '../../store/runs.ts';
import { type RunningWorker, startWorker, type WorkerParts } from '../../workers/start-worker.ts';
import { connectClient } from '../../workers/temporal.ts';
import { createDatabase } from './postgres.ts';
import { type SpawnedWorker, spawnWorker } from './spawn-worker.ts';
import type { TestTemporal } from './temporal.ts';
import { testJobs } from './test-jobs.ts';
import { testTimings } from './test-timings.ts';
import { until } from './until.ts';

/** The business date of all tests. */
export const date = '2026-11-21';

/** Workflow code and jobs other than the tests' own. */
export interface OtherCode {
  bundlePath: string;
  /** A module whose exported jobs take the place of those of the same id; path in the checkout. */
  jobsModule: string;
}

/** One test's own database, Temporal namespace and local AWS; workers are started by the test. */
export interface World {
  db: Database;
  databaseUrl: string;
  aws: LocalAws;
  client: Client;
  engine: Engine;
  jobs: JobRegistry;
  /** The folder that decides what the tests' container does. */
  dir: string;
  /** What its workers are told, for a test that spawns them by itself. */
  parts: Pick<WorkerParts, 'settings' | 'project' | 'resources'> & { bundlePath: string };
  startWorker(timings?: Partial<Timings>): Promise<RunningWorker>;
  /** A worker in a process of its own; killed at the end of the test. */
  spawnWorker(timings?: Partial<Timings>, code?: OtherCode): Promise<SpawnedWorker>;
  /** Asks for a run of the date; the input names `dir`. */
  start(job: string, input?: Record<string, unknown>): Promise<string>;
  /** Waits until the run has this status. */
  reaches(runId: string, status: RunStatus, timeoutMs?: number): Promise<RunRow>;
  /** Waits until the run has ended, however. */
  ends(runId: string, timeoutMs?: number): Promise<RunRow>;
}

const project = { name: 'test', stage: 'local', timezone: 'Asia/Tokyo' };
const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
process.env.AWS_ACCESS_KEY_ID ??= 'local';
process.env.AWS_SECRET_ACCESS_KEY ??= 'local';

/** Gives `use` a world, and takes it down whatever happens: no process of it is left. */
export async function withWorld(temporal: TestTemporal, use: (world: World) => Promise<void>): Promise<void> {
  const release: (() => Promise<unknown>)[] = [];
  try {
    await use(await makeWorld(temporal, release));
  } finally {
    for (const close of release.reverse()) await close();
  }
}

async function makeWorld(temporal: TestTemporal, release: (() => Promise<unknown>)[]): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'nightshift-work-'));
  release.push(() => rm(dir, { recursive: true, force: true }));
  // A build runs in a copy of its source, which knows no other folder than the one that its input names.
  await symlink(join(process.cwd(), 'test/support/apps'), join(dir, 'apps'));
  const database = await createDatabase();
  release.push(() => database.drop());
  await migrate(database.url);
  const db = openDatabase(database.url, () => undefined);
  release.push(() => db.end());
  const jobs = testJobs();
  const apps = createAppImages({ directory: join(process.cwd(), 'test/support') });
  release.push(() => apps.stop());
  const aws = await startLocalAws({
    ...localServices(jobs.inOrder(), localPlace(jobs.inOrder(), project, { region: 'ap-northeast-1' }), {
      directory: join(process.cwd(), 'test/support'),
      apps,
    }),
    jobQueues: ['main', 'spot'],
    clusters: ['main'],
    eventQueue: 'events',
    startQueue: 'starts',
    maxVcpus: 64,
    timings: { killGraceMs: 2_000 },
  });
  release.push(() => aws.stop());
  const resources = await makeResources(aws, jobs, dir);
  const namespace = temporal.takeNamespace();
  const connection = { namespace, connectionOptions: { address: temporal.address } };
  const client = await connectClient(connection);
  release.push(() => client.connection.close());
  const settings = {
    databaseUrl: database.url,
    temporal: connection,
    aws: { region: aws.region, endpointUrl: aws.endpoint },
  };
  const engine: Engine = { db, jobs, project, timings: testTimings, log: silent };
  const parts = { settings, project, resources };
  const bundle = { code: await readFile(bundlePath(), 'utf8') };
  let spawned = 0;
  return {
    db,
    databaseUrl: database.url,
    aws,
    client,
    engine,
    jobs,
    dir,
    parts: { ...parts, bundlePath: bundlePath() },
    async startWorker(timings = {}) {
      const worker = await startWorker({
        ...parts,
        jobs,
        bundle,
        log: silent,
        timings: { ...testTimings, ...timings },
      });
      release.push(() => worker.stop());
      return worker;
    },
    async spawnWorker(timings = {}, code?: OtherCode) {
      spawned += 1;
      const file = join(dir, `worker-${spawned}.json`);
      const all = { ...parts, timings: { ...testTimings, ...timings }, ...(code ?? { bundlePath: bundlePath() }) };
      await writeFile(file, JSON.stringify(all));
      const worker = await spawnWorker(file, join(dir, `worker-${spawned}.log`));
      release.push(() => worker.kill());
      return worker;
    },
    async start(job, input) {
      const takesInput = jobs.get(job).input !== undefined;
      const request = { job, runKey: date, who: 'test', ...(takesInput ? { input: { dir, ...input } } : {}) };
      return (await startRun(engine, request)).runId;
    },
    reaches: (id, status, timeoutMs) =>
      until(async () => matching(await getRun(db, id), (run) => run.status === status), {
        timeoutMs,
        describe: `${id} to be ${status}`,
      }),
    ends: (id, timeoutMs) =>
      until(async () => matching(await getRun(db, id), (run) => hasEnded(run.status)), {
        timeoutMs,
        describe: `${id} to end`,
      }),
  };
}

/** Gives the row when it fits; otherwise throws what it is, so that a wait that fails can say it. */
function matching(run: RunRow | undefined, fits: (run: RunRow) => boolean): RunRow {
  if (run !== undefined && fits(run)) return run;
  throw new Error(run === undefined ? 'no such run' : `${run.status} ${run.reason ?? ''} ${JSON.stringify(run.error)}`);
}

function makeResources(aws: LocalAws, jobs: JobRegistry, dir: string): Promise<Resources> {
  const queues = { onDemand: 'main', spot: 'spot' };
  return deployLocally(jobs.inOrder(), project, { aws, queues, cluster: 'main', inputs: join(dir, 'inputs') });
}

/** The workflows of the tests' jobs, bundled once for the whole suite by the global set-up. */
function bundlePath(): string {
  const path = process.env.NIGHTSHIFT_TEST_BUNDLE;
  if (!path) throw new Error('NIGHTSHIFT_TEST_BUNDLE is not set: run tests with npm test, whose set-up bundles');
  return path;
}
