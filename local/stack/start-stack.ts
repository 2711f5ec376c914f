import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProjectConfig } from '../../config/config-file.ts';
import type { JobRegistry } from '../../config/job-registry.ts';
import { type Resources, writeResources } from '../../config/resources.ts';
import type { WebhookSettings } from '../../config/webhook-settings.ts';
import type { Log, Project } from '../../engine/engine.ts';
import type { Job } from '../../model/job.ts';
import { migrate } from '../../store/migrate.ts';
import { type AppImages, createAppImages } from '../apps/app-images.ts';
import { administratorKey, type LocalAws, startLocalAws } from '../aws/index.ts';
import { type PostgresServer, startPostgres } from '../postgres/start-postgres.ts';
import { findTemporal } from '../temporal/find-temporal.ts';
import { startTemporal, type TemporalServer } from '../temporal/start-temporal.ts';
import { deployLocally } from './deploy-locally.ts';
import { localAwsOptions, localQueues, placeOf } from './local-aws-options.ts';
import { localPrincipals, workerAccessKey } from './local-principals.ts';
import { localWebhook, webhookVariables } from './local-webhook.ts';
import { prepareData } from './prepare-data.ts';
import { takeStateLock } from './state-lock.ts';

/** What local mode runs for. */
export interface StackOptions {
  /** The project's folder. */
  directory: string;
  config: ProjectConfig;
  jobs: JobRegistry;
  /** Those that will run at once: their apps are built while the servers start. The others' are when a task first needs them. */
  soon: readonly Job[];
  project: Project;
  /** A named Temporal binary (TEMPORAL_CLI). */
  temporalCli: string | undefined;
  log: Log;
  /** Told of each stage of the set-up. */
  progress: (line: string) => void;
}

/** A Temporal, a Postgres and a local AWS, ready for a worker. */
export interface Stack {
  databaseUrl: string;
  temporalAddress: string;
  aws: LocalAws;
  /** The worker's in the local AWS: it may do what is derived from the jobs, and nothing else. */
  accessKeyId: string;
  resources: Resources;
  /** Where webhooks are to be taken; null when no job wants any. */
  webhook: WebhookSettings | null;
  /** Stops everything, last started first, and removes `local.env`. */
  stop(): Promise<void>;
}

/**
 * Boots local mode: servers, schema, data, job definitions; leaves `.nightshift/local.env` for other terminals.
 * When anything fails, what was started is stopped again.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const state = join(options.directory, '.nightshift');
  const release: (() => Promise<void>)[] = [await takeStateLock(state)];
  const stop = async () => {
    for (const close of release.splice(0).reverse()) await close();
  };
  try {
    // All settle before anything is given up: a server that starts while another fails must be stopped, too.
    const apps = createAppImages({ directory: options.directory });
    release.push(() => apps.stop());
    apps.prepare(appsOf(options.soon));
    const [postgres, temporal] = await allSettled([
      bootPostgres(options, state, release),
      bootTemporal(options, state, release),
    ]);
    const secrets = await prepareData({ ...options, url: (database) => postgres.url(database) });
    const aws = await bootAws(options, { apps, secrets }, release);
    const resources = await writeLocalResources(options, state, aws);
    const webhook = await localWebhook(options.jobs);
    await writeLocalEnvironment(state, { databaseUrl: postgres.url(), temporal, aws, webhook });
    release.push(() => rm(join(state, 'local.env'), { force: true }));
    const accessKeyId = workerAccessKey(placeOf(options));
    return {
      ...{ databaseUrl: postgres.url(), temporalAddress: temporal.address },
      ...{ aws, accessKeyId, resources, webhook, stop },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Release = (() => Promise<void>)[];

async function bootPostgres({ progress, log }: StackOptions, state: string, release: Release): Promise<PostgresServer> {
  const server = await startPostgres({
    directory: join(state, 'postgres'),
    password: await passwordOf(state),
    database: 'nightshift',
    log,
  });
  release.push(() => server.stop());
  await migrate(server.url());
  progress(`PostgreSQL on port ${server.port}`);
  return server;
}

async function bootTemporal(options: StackOptions, state: string, release: Release): Promise<TemporalServer> {
  const { temporalCli, progress, log } = options;
  const binary = await findTemporal({ temporalCli });
  const server = await startTemporal({ binary, stateDir: state, log });
  release.push(() => server.stop());
  progress(`Temporal at ${server.address}`);
  return server;
}

async function bootAws(
  options: StackOptions,
  made: { apps: AppImages; secrets: Record<string, string> },
  release: Release,
): Promise<LocalAws> {
  const principals = localPrincipals(placeOf(options), options.jobs.inOrder());
  const aws = await startLocalAws({ ...localAwsOptions({ ...options, ...made }), principals });
  release.push(() => aws.stop());
  return aws;
}

async function writeLocalResources(options: StackOptions, state: string, aws: LocalAws): Promise<Resources> {
  const { jobs, project } = options;
  const inputs = join(state, 'inputs');
  // Of runs that have ended with the local AWS that they ran in.
  await rm(inputs, { recursive: true, force: true });
  const resources = await deployLocally(jobs.inOrder(), project, { aws, ...localQueues(placeOf(options)), inputs });
  await writeResources(join(state, 'resources.json'), resources);
  return resources;
}

/** Holds the database's password, so it is the user's alone. */
async function writeLocalEnvironment(
  state: string,
  at: { databaseUrl: string; temporal: TemporalServer; aws: LocalAws; webhook: WebhookSettings | null },
) {
  const lines = {
    NIGHTSHIFT_STAGE: 'local',
    DATABASE_URL: at.databaseUrl,
    TEMPORAL_ADDRESS: at.temporal.address,
    AWS_REGION: at.aws.region,
    AWS_ENDPOINT_URL: at.aws.endpoint,
    AWS_ACCESS_KEY_ID: administratorKey,
    AWS_SECRET_ACCESS_KEY: administratorKey,
    NIGHTSHIFT_RESOURCES: join(state, 'resources.json'),
    ...webhookVariables(at.webhook),
  };
  const text = Object.entries(lines).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(state, 'local.env'), text.join(''), { mode: 0o600 });
}

async function passwordOf(state: string): Promise<string> {
  const file = join(state, 'postgres-password');
  await mkdir(state, { recursive: true });
  await writeFile(file, randomBytes(16).toString('hex'), { flag: 'wx', mode: 0o600 }).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return readFile(file, 'utf8');
}

function appsOf(jobs: readonly Job[]): string[] {
  const apps = jobs.flatMap((job) =>
    Object.values(job.tasks).flatMap(({ options }) => ('app' in options ? [options.app] : [])),
  );
  return [...new Set(apps)].sort();
}

async function allSettled<T extends readonly unknown[]>(work: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as T;
}
