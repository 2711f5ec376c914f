import { until } from '../support/until.ts';
import type { ComposeStack } from './compose-stack.ts';

/** What Docker knows of a container. */
export interface Inspected {
  State: { Status: string; ExitCode: number; Health?: { Status: string } };
  Config: { User: string };
  HostConfig: { ReadonlyRootfs: boolean };
}

/** The name that compose gives to the nth worker. */
export function workerName({ project }: ComposeStack, index: number): string {
  return `${project}-worker-${index}`;
}

/** What Docker knows of a container. */
export async function inspect({ docker }: ComposeStack, name: string): Promise<Inspected> {
  const [found] = JSON.parse(await docker('inspect', name)) as [Inspected];
  return found;
}

/** Starts the worker anew, and gives the seconds until Docker calls it healthy. */
export async function secondsToHealthy(stack: ComposeStack): Promise<number> {
  const name = workerName(stack, 1);
  await stack.docker('stop', '--time', '120', name);
  const before = performance.now();
  await stack.docker('start', name);
  await healthy(stack, name);
  return secondsSince(before);
}

/** Stops a worker by SIGTERM as soon as it has been started, and gives the seconds that it takes. It is started again. */
export async function stopStarting(stack: ComposeStack): Promise<{ seconds: number }> {
  const name = workerName(stack, 1);
  await stop(stack, name);
  await stack.docker('start', name);
  const { seconds } = await stop(stack, name);
  await stack.docker('start', name);
  await healthy(stack, name);
  return { seconds };
}

/** Stops an idle worker by SIGTERM, and gives the seconds that it takes and its exit code. It is started again. */
export async function stopIdle(stack: ComposeStack): Promise<{ seconds: number; exitCode: number }> {
  const name = workerName(stack, 1);
  const stopped = await stop(stack, name);
  await stack.docker('start', name);
  await healthy(stack, name);
  return stopped;
}

/** A handing over, as others saw it. */
export interface HandOver {
  /** From SIGTERM to the end of the worker that had the run, and how it ended. */
  stopped: { seconds: number; exitCode: number };
  /** From SIGTERM to the end of the run. */
  runSeconds: number;
  /** What `nightshift run` said of it. */
  view: { run: { status: string }; steps: { key: string; attempts: number; failedAttempts: number }[] };
}

/** Stops the one worker by SIGTERM in the middle of a run, when a second one has just been started. That one stays. */
export async function handOver(stack: ComposeStack, job: string, date: string): Promise<HandOver> {
  const [first, second] = [workerName(stack, 1), workerName(stack, 2)];
  await stack.compose('up', '--detach', '--no-recreate', '--no-deps', '--scale', 'worker=2', 'worker');
  // It had no part in the run until then.
  await stack.docker('stop', '--time', '120', second);
  const following = stack.nightshift('run', job, '--date', date, '--json');
  await until(async () => (await tasksOf(stack)) > 0, { describe: 'a task of the run', timeoutMs: 60_000 });
  await stack.docker('start', second);
  const before = performance.now();
  const stopped = await stop(stack, first);
  const view = JSON.parse(await following) as HandOver['view'];
  const runSeconds = secondsSince(before);
  await healthy(stack, second);
  return { stopped, runSeconds, view };
}

/** Waits until Docker calls a container healthy. */
export function healthy(stack: ComposeStack, name: string) {
  return until(async () => (await inspect(stack, name)).State.Health?.Status === 'healthy', {
    describe: `${name} to be healthy`,
    timeoutMs: 120_000,
  });
}

/** How many tasks run as containers now. */
async function tasksOf({ docker, project }: ComposeStack): Promise<number> {
  const ids = await docker('ps', '--quiet', '--filter', `label=nightshift.local-aws=${project}`);
  return ids.split('\n').filter((line) => line !== '').length;
}

async function stop(stack: ComposeStack, name: string): Promise<{ seconds: number; exitCode: number }> {
  const before = performance.now();
  await stack.docker('stop', '--time', '120', name);
  const seconds = secondsSince(before);
  return { seconds, exitCode: (await inspect(stack, name)).State.ExitCode };
}

function secondsSince(before: number): number {
  return (performance.now() - before) / 1_000;
}
