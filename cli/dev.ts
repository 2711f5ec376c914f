import { join } from 'node:path';
import { createLog } from '../config/log.ts';
import { readLatchSettings } from '../config/settings.ts';
import { adoptNamespace } from '../local/stack/adopt-namespace.ts';
import { localTimings } from '../local/stack/local-timings.ts';
import { type Stack, startStack } from '../local/stack/start-stack.ts';
import { formatMs } from '../model/duration.ts';
import type { Job } from '../model/job.ts';
import { syncSchedules } from '../triggers/schedules/sync.ts';
import { keptBundle } from '../workers/bundle-cache.ts';
import { refuseUnknownStores } from '../workers/refuse-unknown-stores.ts';
import { type Signalled, untilSignalled } from '../workers/signals.ts';
import { type RunningWorker, startWorker, taskQueueOf } from '../workers/start-worker.ts';
import { dateOf } from './arguments.ts';
import { cancelOpenRuns } from './cancel-open-runs.ts';
import { exitCodes } from './exit-codes.ts';
import { type OpenProject, openProject, projectOf } from './project.ts';
import { refuseUnrunnable, runNight } from './run-night.ts';

/** What `nightshift dev` was asked for. */
export interface DevRequest {
  /** Jobs to run once from the start; empty = all. Absent: only the schedules start runs. */
  once?: string[];
  stay: boolean;
  date: string | undefined;
}

const write = (line: string) => process.stdout.write(`${line}\n`);

/** Boots local mode, runs what was asked for, and stops everything. Gives the exit code. */
export async function dev(request: DevRequest): Promise<number> {
  const signal = untilSignalled();
  const started = Date.now();
  const project = await openProject();
  const date = dateOf(request.date, { config: project.config, stage: 'local' });
  if (request.once !== undefined) refuseUnrunnable(project, request.once);
  refuseUnknownStores(project.jobs, readLatchSettings());
  const log = createLog(process.env.NIGHTSHIFT_LOG_LEVEL ?? 'error');
  const local = projectOf(project, 'local');
  let stack: Stack | undefined;
  let worker: RunningWorker | undefined;
  try {
    const booting = startStack({
      ...project,
      soon: jobsAtOnce(project, request.once),
      project: local,
      temporalCli: process.env.TEMPORAL_CLI,
      log,
      progress: write,
    });
    const bundling = keptBundle({ directory: project.directory, jobs: project.jobs.jobs.values() });
    // Both settle before either may fail the command: what has started must be stopped again.
    const [booted, bundled] = await Promise.allSettled([booting, bundling]);
    if (booted.status === 'fulfilled') stack = booted.value;
    if (booted.status === 'rejected') throw booted.reason;
    if (bundled.status === 'rejected') throw bundled.reason;
    worker = await startLocalWorker({ project, stack: booted.value, bundle: bundled.value, log });
    write(`Worker ready after ${formatMs(Date.now() - started)}`);
    if (worker.webhookUrl !== null) write(`Webhooks at ${worker.webhookUrl}`);
    return await serve({ request, project, date, stack: booted.value, worker, signal });
  } finally {
    await worker?.stop();
    await stack?.stop();
    signal.release();
  }
}

/** The jobs that `--once` runs, before it is known which prerequisites they need. */
function jobsAtOnce({ jobs }: OpenProject, once: string[] | undefined): Job[] {
  if (once === undefined) return [];
  return jobs.inOrder().filter((job) => (once.length === 0 ? job.input === undefined : once.includes(job.id)));
}

async function startLocalWorker(of: {
  project: OpenProject;
  stack: Stack;
  bundle: { code: string };
  log: ReturnType<typeof createLog>;
}): Promise<RunningWorker> {
  const { project, stack, bundle, log } = of;
  // The SDK reads its credentials from the environment, as in production. By its key the local AWS knows the worker.
  process.env.AWS_ACCESS_KEY_ID = stack.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = 'local';
  return startWorker({
    settings: {
      databaseUrl: stack.databaseUrl,
      temporal: { namespace: 'default', connectionOptions: { address: stack.temporalAddress } },
      aws: { region: stack.aws.region, endpointUrl: stack.aws.endpoint },
      latches: readLatchSettings(),
    },
    project: projectOf(project, 'local'),
    directory: project.directory,
    jobs: project.jobs,
    resources: stack.resources,
    bundle,
    timings: localTimings,
    log,
    webhook: stack.webhook,
    onOtherNamespace: adoptNamespace,
  });
}

async function serve(at: {
  request: DevRequest;
  project: OpenProject;
  date: string;
  stack: Stack;
  worker: RunningWorker;
  signal: Signalled;
}): Promise<number> {
  const { request, project, date, worker, signal } = at;
  const where = `Look further from a second terminal: nightshift runs · nightshift show <run> (settings: ${join('.nightshift', 'local.env')})`;
  if (request.once === undefined) {
    await syncLocalSchedules(project, worker);
    write(where);
    write('Schedules are active. Ctrl-C stops everything.');
    await untilStopped(worker, signal);
    return exitCodes.succeeded;
  }
  const code = await runNight(worker.engine, { jobs: project.jobs, named: request.once, date, signal, write });
  if (!request.stay || signal.aborted.aborted) {
    // Successors that a named job has started, for example.
    await cancelOpenRuns(worker.engine);
    write('Look further: start `nightshift dev`, then from a second terminal: nightshift runs · nightshift show <run>');
    return code;
  }
  write(where);
  write('Everything stays up until Ctrl-C.');
  await untilStopped(worker, signal);
  return code;
}

/** Until Ctrl-C. What the schedules or another terminal have started meanwhile is cancelled: its servers are going away. */
async function untilStopped(worker: RunningWorker, signal: Signalled) {
  await Promise.race([signal.received, worker.done]);
  await cancelOpenRuns(worker.engine);
}

async function syncLocalSchedules(project: OpenProject, worker: RunningWorker) {
  const local = projectOf(project, 'local');
  await syncSchedules(worker.client, {
    jobs: project.jobs.inOrder(),
    owner: `${local.name}-${local.stage}`,
    taskQueue: taskQueueOf(local),
    timezone: local.timezone,
    dryRun: false,
  });
}
