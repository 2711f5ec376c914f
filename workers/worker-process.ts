import { ConfigError } from '../config/config-error.ts';
import type { ProjectConfig } from '../config/config-file.ts';
import type { JobRegistry } from '../config/job-registry.ts';
import { createLog } from '../config/log.ts';
import { readResources } from '../config/resources.ts';
import type { Settings } from '../config/settings.ts';
import { defaultTimings, type Timings } from '../model/timings.ts';
import { keptBundle } from './bundle-cache.ts';
import { refuseUnknownStores } from './refuse-unknown-stores.ts';
import { untilSignalled } from './signals.ts';
import { startWorker } from './start-worker.ts';
import type { WorkerRole } from './temporal-workers.ts';

/** The project that a worker serves. */
export interface WorkerProject {
  directory: string;
  config: ProjectConfig;
  jobs: JobRegistry;
}

/**
 * Runs a worker until SIGTERM or SIGINT, then lets what runs end. What it had claimed goes on elsewhere.
 * @throws ConfigError without a resources file; TemporalUnreachable; an error of Postgres.
 */
export async function runWorkerProcess(
  project: WorkerProject,
  settings: Settings,
  { roles, timings = defaultTimings }: { roles: readonly WorkerRole[]; timings?: Timings },
) {
  const log = createLog(settings.logLevel);
  if (settings.resourcesFile === null) {
    throw new ConfigError('The worker does not know its AWS resources', [
      'NIGHTSHIFT_RESOURCES: is not set; expected the path of the resources file, or s3://bucket/key; for example .nightshift/resources.json',
    ]);
  }
  refuseUnknownStores(project.jobs, settings.latches);
  const resources = await readResources(settings.resourcesFile, settings.aws);
  const bundle = await keptBundle({ directory: project.directory, jobs: project.jobs.jobs.values() });
  const worker = await startWorker({
    settings,
    project: { name: project.config.name, stage: settings.stage, timezone: project.config.timezone },
    directory: project.directory,
    jobs: project.jobs,
    roles,
    resources,
    bundle,
    timings,
    log,
    webhook: settings.webhook,
  });
  log.info('worker ready', { taskQueue: worker.taskQueue, roles, jobs: project.jobs.jobs.size });
  const signal = untilSignalled();
  try {
    await Promise.race([signal.received, worker.done]);
  } finally {
    log.info('worker stopping');
    await worker.stop();
    signal.release();
  }
}
