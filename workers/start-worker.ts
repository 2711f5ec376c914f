import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Client } from '@temporalio/client';
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import { createBatchCompute } from '../compute/batch/create-batch-compute.ts';
import type { Compute } from '../compute/port.ts';
import type { JobRegistry } from '../config/job-registry.ts';
import type { Resources } from '../config/resources.ts';
import type { Settings } from '../config/settings.ts';
import type { Log, Project, WorkerEngine } from '../engine/engine.ts';
import type { Timings } from '../model/timings.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { openLatches } from '../store/latches/open-latches.ts';
import { bindNamespace, getMeta } from '../store/meta.ts';
import { startWatcher } from '../watcher/index.ts';
import { connectClient, connectWorker, installRuntime, namespaceId } from './temporal.ts';

/** Everything that a worker is made of. */
export interface WorkerParts {
  settings: Pick<Settings, 'temporal' | 'databaseUrl' | 'aws'> & Partial<Pick<Settings, 'latches'>>;
  project: Project;
  jobs: JobRegistry;
  resources: Resources;
  bundle: Pick<WorkflowBundleWithSourceMap, 'code'>;
  timings: Timings;
  log: Log;
  /** What starts and describes work. Default: Batch, at the endpoint of the settings. */
  compute?: Compute;
  /** What to do when the database belongs to another Temporal namespace. Default: refuse to start. */
  onOtherNamespace?: (engine: WorkerEngine, client: Client, namespaceId: string) => Promise<void>;
}

/** A worker that runs: workflows, activities and the watcher. */
export interface RunningWorker {
  engine: WorkerEngine;
  client: Client;
  taskQueue: string;
  /** Ends when the worker has stopped; rejects when it broke. */
  done: Promise<void>;
  /** Stops taking work, lets what runs end, and closes the connections, last opened first. */
  stop(): Promise<void>;
}

/** The Temporal task queue of a stage. */
export function taskQueueOf(project: Pick<Project, 'name' | 'stage'>): string {
  return `${project.name}-${project.stage}`;
}

/**
 * Connects, and runs a worker until it is stopped.
 * @throws TemporalUnreachable; an error of Postgres; OtherNamespace when the database belongs to another Temporal.
 */
export async function startWorker(parts: WorkerParts): Promise<RunningWorker> {
  const { settings, log, project } = parts;
  installRuntime(log);
  const release: (() => Promise<unknown>)[] = [];
  const releaseAll = async () => {
    for (const close of release.reverse()) await close();
  };
  try {
    const db = openDatabase(
      settings.databaseUrl,
      (error) => log.warn('idle connection lost', { error: error.message }),
      20,
    );
    release.push(() => db.end());
    const client = await connectClient(settings.temporal);
    release.push(() => client.connection.close());
    const engine = await makeEngine(parts, db);
    await claimNamespace(parts, engine, client);
    const connection = await connectWorker(settings.temporal);
    release.push(() => connection.close());
    const taskQueue = taskQueueOf(project);
    const worker = await Worker.create({
      connection,
      namespace: settings.temporal.namespace,
      taskQueue,
      workflowBundle: parts.bundle,
      activities: createActivities(engine),
      // By default the workflow task of a run whose code has changed is tried again for ever, and nobody is told.
      workflowFailureErrorTypes: { '*': ['NondeterminismError'] },
      shutdownGraceTime: '12 seconds',
      shutdownForceTime: '20 seconds',
    });
    const events = eventsOf(parts);
    const external = openStores(parts);
    release.push(() => external.close());
    const { latches } = external;
    const watcher = startWatcher({ engine, client, taskQueue, databaseUrl: settings.databaseUrl, events, latches });
    release.push(async () => events?.client.destroy());
    release.push(() => watcher.stop());
    const done = worker.run();
    release.push(async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await done.catch(() => undefined);
    });
    let stopped: Promise<void> | undefined;
    return { engine, client, taskQueue, done, stop: () => (stopped ??= releaseAll()) };
  } catch (error) {
    await releaseAll();
    throw error;
  }
}

async function makeEngine(parts: WorkerParts, db: Database): Promise<WorkerEngine> {
  const { settings, resources } = parts;
  const endpoint = settings.aws.endpointUrl;
  const meta = await getMeta(db);
  return {
    db,
    jobs: parts.jobs,
    project: parts.project,
    timings: parts.timings,
    log: parts.log,
    compute:
      parts.compute ?? createBatchCompute({ region: resources.region, ...(endpoint === null ? {} : { endpoint }) }),
    resources,
    owner: `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`,
    databaseId: meta.databaseId,
  };
}

/** The database and the Temporal namespace belong together: another namespace knows nothing of the open runs. */
async function claimNamespace(parts: WorkerParts, engine: WorkerEngine, client: Client) {
  const id = await namespaceId(client);
  const bound = await bindNamespace(engine.db, id);
  if (bound === id) return;
  if (parts.onOtherNamespace === undefined) throw new OtherNamespace(parts.settings.temporal);
  await parts.onOtherNamespace(engine, client, id);
}

/** The database's runs live in another Temporal namespace than the one that the settings name. */
export class OtherNamespace extends Error {
  constructor({ namespace, connectionOptions }: Settings['temporal']) {
    super(
      `The database belongs to another Temporal namespace than "${namespace}" at ${connectionOptions.address}: ` +
        'check TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and DATABASE_URL; nothing was started',
    );
    this.name = 'OtherNamespace';
  }
}

/** The external stores of locks that the settings name. */
function openStores({ settings, resources, log }: WorkerParts) {
  return openLatches(settings.latches ?? { redisUrl: null, dynamodbTable: null }, {
    region: resources.region,
    onError: (error) => log.warn('latch connection lost', { error: error.message }),
  });
}

function eventsOf({ resources, settings }: WorkerParts) {
  if (resources.eventQueueUrl === undefined) return null;
  const endpoint = settings.aws.endpointUrl;
  const client = new SQSClient({ region: resources.region, ...(endpoint === null ? {} : { endpoint }) });
  return { client, url: resources.eventQueueUrl };
}
