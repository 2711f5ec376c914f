import { ConfigError } from '../config/config-error.ts';
import type { ProjectConfig } from '../config/config-file.ts';
import type { JobRegistry } from '../config/job-registry.ts';
import { createLog } from '../config/log.ts';
import { resourcesReader } from '../config/resources.ts';
import type { Settings } from '../config/settings.ts';
import type { Log } from '../engine/engine.ts';
import { defaultTimings, type Timings } from '../model/timings.ts';
import { keptBundle } from './bundle-cache.ts';
import { type HealthServer, serveHealth } from './health.ts';
import { refuseUnknownStores } from './refuse-unknown-stores.ts';
import { untilSignalled } from './signals.ts';
import { type RunningWorker, startWorker } from './start-worker.ts';
import type { WorkerRole } from './temporal-workers.ts';

/** The project that a worker serves. */
export interface WorkerProject {
  directory: string;
  config: ProjectConfig;
  jobs: JobRegistry;
}

/**
 * Runs a worker until SIGTERM or SIGINT, then lets what runs end. What it had claimed goes on elsewhere.
 * @throws ConfigError without resources; TemporalUnreachable; an error of Postgres.
 */
export async function runWorkerProcess(
  project: WorkerProject,
  settings: Settings,
  { roles, timings = defaultTimings }: { roles: readonly WorkerRole[]; timings?: Timings },
) {
  const log = createLog(settings.logLevel);
  if (settings.resourcesAddress === null) {
    throw new ConfigError('The worker does not know its AWS resources', [
      'NIGHTSHIFT_RESOURCES: is not set; expected the path of the resources file, s3://bucket/key, or s3://bucket/folder/; for example .nightshift/resources.json',
    ]);
  }
  refuseUnknownStores(project.jobs, settings.latches);
  const readResources = resourcesReader(settings.resourcesAddress, settings.aws);
  const resources = await readResources();
  // From here on, since the first process of a container never hears of a SIGTERM that it does not listen for.
  const signal = untilSignalled();
  const bundle = await bundleOf(project);
  const worker = await startWorker({
    settings,
    project: { name: project.config.name, stage: settings.stage, timezone: project.config.timezone },
    directory: project.directory,
    jobs: project.jobs,
    roles,
    resources,
    readResources,
    bundle,
    timings,
    log,
    webhook: settings.webhook,
  });
  const health = await openHealth(worker, settings, log);
  log.info('worker ready', { taskQueue: worker.taskQueue, roles, jobs: project.jobs.jobs.size });
  try {
    await Promise.race([signal.received, worker.done]);
  } finally {
    log.info('worker stopping');
    await health?.close();
    await worker.stop();
    signal.release();
  }
}

/** The workflow bundle of a project, as a worker finds it in `.nightshift/bundles/` or makes it. */
export function bundleOf({ directory, jobs }: Pick<WorkerProject, 'directory' | 'jobs'>): Promise<{ code: string }> {
  return keptBundle({ directory, jobs: jobs.jobs.values() });
}

/** A worker that cannot say how it is does not start. */
async function openHealth(worker: RunningWorker, settings: Settings, log: Log): Promise<HealthServer | null> {
  if (settings.health === null) return null;
  try {
    const server = await serveHealth(settings.health, worker.problems);
    log.info('health served', { url: server.url });
    return server;
  } catch (error) {
    await worker.stop();
    throw error;
  }
}
