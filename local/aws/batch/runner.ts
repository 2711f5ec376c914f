import { randomUUID } from 'node:crypto';
import { type Account, arnOf } from '../account.ts';
import type { Containers } from '../containers/containers.ts';
import type { Container } from '../containers/live-container.ts';
import { pause } from '../containers/pause.ts';
import type { ActiveMisbehaviour, JobRule } from '../misbehaviour.ts';
import { type AttemptEnd, processEnd, recordAttempt, startFailure, statusReasons } from './attempt.ts';
import { type EndRequest, hasEnded, type Job } from './job.ts';
import { startTask } from './start-task.ts';

/** What the runner works with. */
export interface Running {
  account: Account;
  containers: Containers;
  killGraceMs: number;
  attemptSecondMs: number;
  misbehaviour: ActiveMisbehaviour;
  /** Moves the job to the next state of its attempt. */
  onStarting(job: Job): void;
  onRunning(job: Job): void;
  /** The attempt is in `job.attempts`; says whether another one follows. */
  onAttemptEnd(job: Job, next: 'succeeded' | 'failed' | 'retried', end: AttemptEnd): void;
}

/** Runs attempts in containers. */
export interface Runner {
  /** Runs one attempt of a RUNNABLE job; resolves when nothing of it is left. */
  run(job: Job): Promise<void>;
  /** Asks a job that is STARTING or RUNNING to end: SIGTERM, after the grace SIGKILL. */
  end(job: Job, request: EndRequest): void;
  /** Moves no job any more; resolves when the containers, which somebody else kills, have ended. */
  stop(): Promise<void>;
}

interface RunnerState extends Running {
  /** By job id. */
  live: Map<string, Container>;
  unfinished: Set<Promise<void>>;
  stopping: AbortController;
}

/** Node runs a timer that is set for longer than this at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Makes a runner with nothing running. */
export function createRunner(running: Running): Runner {
  const state: RunnerState = { ...running, live: new Map(), unfinished: new Set(), stopping: new AbortController() };
  return {
    run(job) {
      const done = attempt(state, job).finally(() => state.unfinished.delete(done));
      state.unfinished.add(done);
      return done;
    },
    end: (job, request) => end(state, job, request),
    stop: () => stop(state),
  };
}

async function attempt(state: RunnerState, job: Job): Promise<void> {
  const rule = state.misbehaviour.takeJobRule({ name: job.name, index: job.index ?? job.node?.index });
  if (rule?.kind === 'noCapacity') {
    job.statusReason = statusReasons.capacity;
    await holdUp(state, job, rule.ms);
  }
  if (hasEnded(job) || state.stopping.signal.aborted) return;
  job.startedAt = undefined;
  job.outcome = { taskArn: arnOf(state.account, 'ecs', `task/local/${randomUUID().replaceAll('-', '')}`) };
  state.onStarting(job);
  if (rule?.kind === 'slowStart') await holdUp(state, job, rule.ms);
  if (state.stopping.signal.aborted) return;
  const end = await startAndWatch(state, job, rule);
  if (!state.stopping.signal.aborted) state.onAttemptEnd(job, recordAttempt(job, end), end);
}

async function startAndWatch(state: RunnerState, job: Job, rule: JobRule | undefined): Promise<AttemptEnd> {
  // Terminated while it was STARTING.
  if (job.endRequest) return startFailure(job.endRequest.reason, { isRetryable: false });
  const start = await startTask(state.containers, job, rule);
  if (start.kind === 'refused') return start.end;

  const { container } = start;
  state.live.set(job.id, container);
  job.startedAt = Date.now();
  if (!state.stopping.signal.aborted) state.onRunning(job);
  if (job.endRequest) signalEnd(state, job, container);
  const timer = limitTime(state, job);
  const trouble = rule && makeTrouble(state, job, rule);
  const ended = await container.ended;
  for (const pending of [timer, trouble]) clearTimeout(pending);
  state.live.delete(job.id);
  return processEnd(ended, job.endRequest);
}

function limitTime(state: RunnerState, job: Job): NodeJS.Timeout | undefined {
  const seconds = job.plan.timeoutSeconds;
  if (seconds === undefined) return undefined;
  const ms = Math.min(seconds * state.attemptSecondMs, longestTimerMs);
  return setTimeout(() => end(state, job, { by: 'timeout', reason: statusReasons.timeout }), ms);
}

function makeTrouble(state: RunnerState, job: Job, rule: JobRule): NodeJS.Timeout | undefined {
  const requests: Partial<Record<JobRule['kind'], EndRequest>> = {
    spotReclaim: { by: 'spot', reason: statusReasons.spot },
    outOfMemory: { by: 'memory', reason: 'OutOfMemoryError: Container killed due to memory usage' },
  };
  const request = requests[rule.kind];
  return request && setTimeout(() => end(state, job, request), rule.ms ?? 0);
}

function end(state: RunnerState, job: Job, request: EndRequest): void {
  const isByPerson = request.by === 'terminate' || request.by === 'cancel';
  const isFirst = job.endRequest === undefined;
  // A person's word also counts when the platform was first, or the job would be retried.
  if (isFirst || (isByPerson && job.endRequest?.by !== 'terminate')) job.endRequest = request;
  const container = state.live.get(job.id);
  if (container) signalEnd(state, job, container);
}

function signalEnd(state: RunnerState, job: Job, container: Container): void {
  if (job.endRequest?.by === 'memory') container.kill();
  else container.end(state.killGraceMs);
}

async function stop(state: RunnerState): Promise<void> {
  state.stopping.abort();
  await Promise.all(state.unfinished);
}

function holdUp(state: RunnerState, job: Job, ms = 0): Promise<void> {
  return pause(ms, { isOver: () => job.endRequest !== undefined, signal: state.stopping.signal });
}
