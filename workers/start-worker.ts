import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Client } from '@temporalio/client';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import type { AwsPlace } from '../compute/aws/clients.ts';
import { createComputes } from '../compute/create-computes.ts';
import { createPutInput } from '../compute/inputs/put-input.ts';
import { createLambdaCaller } from '../compute/lambda/invoke.ts';
import { createPutMetrics } from '../compute/metrics/put-metrics.ts';
import type { Computes } from '../compute/port.ts';
import { databaseLogin, workerConnections } from '../config/database-settings.ts';
import type { JobRegistry } from '../config/job-registry.ts';
import type { ReadResources, Resources } from '../config/resources.ts';
import type { Settings } from '../config/settings.ts';
import type { WebhookSettings } from '../config/webhook-settings.ts';
import type { Log, Project, WorkerEngine } from '../engine/engine.ts';
import type { Timings } from '../model/timings.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { openLatches } from '../store/latches/open-latches.ts';
import { bindNamespace, getMeta } from '../store/meta.ts';
import { serveWebhooks } from '../triggers/webhook/serve.ts';
import { startWatcher, type Watcher } from '../watcher/index.ts';
import { followResources } from './follow-resources.ts';
import { problemsOf } from './health.ts';
import { createLoadFunction } from './load-function.ts';
import { connectClient, connectWorker, installRuntime, namespaceId } from './temporal.ts';
import { startTemporalWorkers, type WorkerRole, workerRoles } from './temporal-workers.ts';

/** Everything that a worker is made of. */
export interface WorkerParts {
  settings: Pick<Settings, 'temporal' | 'databaseUrl' | 'aws'> &
    Partial<Pick<Settings, 'latches' | 'databasePasswordSecret'>>;
  project: Project;
  jobs: JobRegistry;
  resources: Resources;
  /** Reads them again while the worker runs. Default: they stay as they are. */
  readResources?: ReadResources;
  bundle: Pick<WorkflowBundleWithSourceMap, 'code'>;
  timings: Timings;
  log: Log;
  /** Where webhooks are taken. Default: nowhere. */
  webhook?: WebhookSettings | null;
  /** What starts and describes work. Default: AWS, at the endpoint of the settings. */
  computes?: Partial<Computes>;
  /** The project's folder: where the modules of functionTask are. Default: the current one. */
  directory?: string;
  /** What this process does. Default: everything. */
  roles?: readonly WorkerRole[];
  /** What to do when the database belongs to another Temporal namespace. Default: refuse to start. */
  onOtherNamespace?: (engine: WorkerEngine, client: Client, namespaceId: string) => Promise<void>;
}

/** A worker that runs: workflows, activities and the watcher. */
export interface RunningWorker {
  engine: WorkerEngine;
  client: Client;
  taskQueue: string;
  /** Where webhooks are taken, such as `http://127.0.0.1:8080/hooks/<job>`; null: nowhere. */
  webhookUrl: string | null;
  /** What is wrong with it now, one line each: Temporal, the database, the watcher. Empty when it is well. */
  problems(): Promise<string[]>;
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
    const login = databaseLogin(settings);
    const db = openDatabase(
      login,
      (error) => log.warn('idle connection lost', { error: error.message }),
      workerConnections - 1,
    );
    release.push(() => db.end());
    const resources = followResources(parts);
    release.push(() => resources.stop());
    const engine = await makeEngine(parts, db, resources.current);
    const client = await connectClient(settings.temporal);
    release.push(() => client.connection.close());
    await claimNamespace(parts, engine, client);
    const connection = await connectWorker(settings.temporal);
    release.push(() => connection.close());
    const taskQueue = taskQueueOf(project);
    const roles = parts.roles ?? workerRoles;
    const workers = await startTemporalWorkers({
      ...{ engine, connection, taskQueue, roles },
      namespace: settings.temporal.namespace,
      bundle: parts.bundle,
      calls: {
        load: createLoadFunction(parts.directory ?? process.cwd()),
        invoke: createLambdaCaller(placeOf(parts)),
      },
    });
    const { done } = workers;
    release.push(() => workers.stop());
    let watcher: Watcher | null = null;
    if (roles.includes('runs')) {
      const events = queueOf(parts, parts.resources.eventQueueUrl);
      const starts = queueOf(parts, parts.resources.startQueueUrl);
      const scheduledJobs = parts.jobs.inOrder().filter((job) => job.schedule !== undefined);
      const external = openStores(parts);
      release.push(() => external.close());
      const { latches } = external;
      const { metrics } = parts.resources;
      const loops = startWatcher({
        engine,
        client,
        taskQueue,
        scheduledJobs,
        database: login,
        events,
        starts,
        latches,
        putMetrics: metrics === undefined ? null : createPutMetrics(placeOf(parts), metrics.namespace),
      });
      watcher = loops;
      release.push(async () => events?.client.destroy());
      release.push(async () => starts?.client.destroy());
      release.push(() => loops.stop());
    }
    const webhooks = parts.webhook ? await serveWebhooks(engine, parts.webhook) : null;
    release.push(async () => webhooks?.stop());
    let stopped: Promise<void> | undefined;
    return {
      engine,
      client,
      taskQueue,
      webhookUrl: webhooks?.url ?? null,
      problems: () => problemsOf({ engine, workers, watcher }),
      done,
      stop: () => (stopped ??= releaseAll()),
    };
  } catch (error) {
    await releaseAll();
    throw error;
  }
}

async function makeEngine(
  parts: WorkerParts,
  db: Database,
  resources: WorkerEngine['resources'],
): Promise<WorkerEngine> {
  const place = placeOf(parts);
  const meta = await getMeta(db);
  return {
    db,
    jobs: parts.jobs,
    project: parts.project,
    timings: parts.timings,
    log: parts.log,
    computes: { ...createComputes(place), ...parts.computes },
    putInput: createPutInput(place),
    resources,
    owner: `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`,
    bundleHash: createHash('sha256').update(parts.bundle.code).digest('hex').slice(0, 20),
    databaseId: meta.databaseId,
  };
}

function placeOf({ settings, resources }: WorkerParts): AwsPlace {
  const endpoint = settings.aws.endpointUrl;
  return { region: resources.region, ...(endpoint === null ? {} : { endpoint }) };
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

function queueOf({ resources, settings }: WorkerParts, url: string | undefined) {
  if (url === undefined) return null;
  const endpoint = settings.aws.endpointUrl;
  const client = new SQSClient({ region: resources.region, ...(endpoint === null ? {} : { endpoint }) });
  return { client, url };
}
