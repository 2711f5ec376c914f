import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import type { BatchRequest, Compute } from '../compute/port.ts';
import type { Resources } from '../config/resources.ts';
import type { Settings } from '../config/settings.ts';
import type { Engine, Log } from '../engine/engine.ts';
import { startRun } from '../engine/start-run.ts';
import { type LocalAws, startLocalAws } from '../local/aws/index.ts';
import type { LocalImage } from '../local/aws/options.ts';
import { deployLocally } from '../local/stack/deploy-locally.ts';
import { imageOf } from '../local/stack/image-name.ts';
import { localTimings } from '../local/stack/local-timings.ts';
import type { Job } from '../model/job.ts';
import { workflowId } from '../model/run-id.ts';
import { hasEnded } from '../model/run-states.ts';
import type { Timings } from '../model/timings.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { getRun, type RunRow } from '../store/runs.ts';
import { until } from '../test/support/until.ts';
import { type RunningWorker, startWorker } from '../workers/start-worker.ts';
import { connectClient } from '../workers/temporal.ts';
import type { Bench } from './benchmark.ts';
import { benchJobs } from './jobs.ts';
import { createDatabase } from './postgres-database.ts';

/** How a world differs from local mode. */
export interface WorldOptions {
  /** Default: those of local mode. */
  timings?: Partial<Timings>;
  /** Images beside the benchmarks' own, by app. Default: none. */
  images?: Record<string, LocalImage>;
  /** Default: none. */
  secrets?: Record<string, string>;
  /** vCPUs of work at once. Default 64. */
  maxVcpus?: number;
}

/** A fresh database and a fresh local AWS; workers are started by the benchmark. */
export interface World {
  db: Database;
  aws: LocalAws;
  client: Client;
  /** Where the runs' workflows are. */
  temporal: Settings['temporal'];
  /** Starts a worker, as production does; `compute` takes the place of Batch. */
  startWorker(compute?: (db: Database) => Compute<BatchRequest>): Promise<RunningWorker>;
  /** Asks for a run of a date that had none. */
  start(job: string, input?: unknown): Promise<string>;
  /** Waits until the run has succeeded and its workflow has ended. Throws when the run ended in another way. */
  succeeds(runId: string, timeoutMs?: number): Promise<RunRow>;
}

const project = { name: 'bench', stage: 'local', timezone: 'Asia/Tokyo' };
const folder = fileURLToPath(new URL('.', import.meta.url));
const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Makes a world on the shared servers. It ends with the benchmark. */
export async function makeWorld({ scope, servers }: Bench, options: WorldOptions = {}): Promise<World> {
  const [temporal, postgres, bundle] = await Promise.all([servers.temporal(), servers.postgres(), servers.bundle()]);
  const database = await createDatabase(postgres);
  scope.defer(() => database.drop());
  await migrate(database.url);
  const db = openDatabase(database.url, () => undefined);
  scope.defer(() => db.end());
  const aws = await startAws(options);
  scope.defer(() => aws.stop());
  const jobs = benchJobs();
  const resources = await makeResources(aws, jobs.inOrder());
  const connection = { namespace: await servers.namespace(), connectionOptions: { address: temporal.address } };
  const client = await connectClient(connection);
  scope.defer(() => client.connection.close());
  const timings = { ...localTimings, ...options.timings };
  const engine: Engine = { db, jobs, project, timings, log: quiet };
  const settings = {
    databaseUrl: database.url,
    temporal: connection,
    aws: { region: aws.region, endpointUrl: aws.endpoint },
  };
  let runs = 0;
  return {
    db,
    aws,
    client,
    temporal: connection,
    async startWorker(compute) {
      const parts = { settings, project, jobs, resources, bundle, timings, log: quiet };
      const worker = await startWorker(compute === undefined ? parts : { ...parts, computes: { batch: compute(db) } });
      scope.defer(() => worker.stop());
      return worker;
    },
    async start(job, input) {
      runs += 1;
      return (await startRun(engine, { job, runKey: dateBefore(runs), input, who: 'bench' })).runId;
    },
    async succeeds(runId, timeoutMs = 120_000) {
      const ended = await until(async () => endedRun(await getRun(db, runId)), {
        timeoutMs,
        describe: `${runId} to end`,
      });
      if (ended.status !== 'succeeded') {
        throw new Error(`${runId} was to succeed and is ${ended.status}: ${ended.error?.message ?? ended.reason}`);
      }
      await client.workflow.getHandle(workflowId(runId, 1)).result();
      return ended;
    },
  };
}

async function startAws(options: WorldOptions): Promise<LocalAws> {
  // As in local mode: the SDK reads its credentials from the environment, and the local AWS takes any.
  process.env.AWS_ACCESS_KEY_ID = 'local';
  process.env.AWS_SECRET_ACCESS_KEY = 'local';
  const images = Object.entries({ bench: { directory: folder }, ...options.images });
  return startLocalAws({
    images: Object.fromEntries(images.map(([app, image]) => [imageOf(app), image])),
    secrets: options.secrets ?? {},
    jobQueues: ['main', 'spot'],
    eventQueue: 'events',
    maxVcpus: options.maxVcpus ?? 64,
    timings: { killGraceMs: 1_000 },
  });
}

function makeResources(aws: LocalAws, jobs: readonly Job[]): Promise<Resources> {
  const queues = { onDemand: 'main', spot: 'spot' };
  return deployLocally(jobs, project, { aws, queues, cluster: 'default', inputs: folder });
}

function endedRun(run: RunRow | undefined): RunRow {
  if (run !== undefined && hasEnded(run.status)) return run;
  throw new Error(run === undefined ? 'no such run' : run.status);
}

/** The business date so many days before the end of the example data. */
function dateBefore(days: number): string {
  return new Date(Date.UTC(2026, 10, 22 - days)).toISOString().slice(0, 10);
}
