import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Account, arnOf } from '../account.ts';
import type { JournalWriter } from '../journal.ts';
import type { LogStore } from '../logs/store.ts';
import type { ActiveMisbehaviour, JobRule } from '../misbehaviour.ts';
import type { LocalImages } from '../options.ts';
import type { TaskProcess } from '../process.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { killStrays } from '../strays.ts';
import type { Watchdog } from '../watchdog.ts';
import { type AttemptEnd, processEnd, recordAttempt, startFailure, statusReasons } from './attempt.ts';
import { type EndRequest, hasEnded, type Job } from './job.ts';
import { startTask } from './start-task.ts';

/** What the runner works with. */
export interface Running {
  account: Account;
  images: LocalImages;
  /** PATH and HOME. */
  machine: Record<string, string>;
  killGraceMs: number;
  attemptSecondMs: number;
  resolveSecret: Secrets['resolve'];
  logs: LogStore;
  journal: JournalWriter;
  misbehaviour: ActiveMisbehaviour;
  watchdog: Watchdog;
  /** Moves the job to the next state of its attempt. */
  onStarting(job: Job): void;
  onRunning(job: Job): void;
  /** The attempt is in `job.attempts`; says whether another one follows. */
  onAttemptEnd(job: Job, next: 'succeeded' | 'failed' | 'retried', end: AttemptEnd): void;
}

/** Runs attempts as processes. */
export interface Runner {
  /** Runs one attempt of a RUNNABLE job; resolves when nothing of it is left. */
  run(job: Job): Promise<void>;
  /** Asks a job that is STARTING or RUNNING to end: SIGTERM, after the grace SIGKILL. */
  end(job: Job, request: EndRequest): void;
  /** Kills everything and resolves when it is gone; the jobs keep their last state. */
  stop(): Promise<void>;
}

interface LiveAttempt {
  process: TaskProcess;
  wasSignalled: boolean;
  killTimer: NodeJS.Timeout | undefined;
}

interface RunnerState extends Running {
  /** By job id. */
  live: Map<string, LiveAttempt>;
  unfinished: Set<Promise<void>>;
  stopping: AbortController;
}

/** Node runs a timer that is set for longer than this at once. */
const longestTimerMs = 2 ** 31 - 1;

/** How soon a job that is held up is seen to have been terminated. */
const pauseSliceMs = 50;

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
  const rule = state.misbehaviour.takeJobRule(job);
  if (rule?.kind === 'noCapacity') {
    job.statusReason = statusReasons.capacity;
    await pause(state, job, rule.ms);
  }
  if (hasEnded(job) || state.stopping.signal.aborted) return;
  job.startedAt = undefined;
  job.outcome = { taskArn: arnOf(state.account, 'ecs', `task/local/${randomUUID().replaceAll('-', '')}`) };
  state.onStarting(job);
  if (rule?.kind === 'slowStart') await pause(state, job, rule.ms);
  if (state.stopping.signal.aborted) return;
  const end = await startAndWatch(state, job, rule);
  if (!state.stopping.signal.aborted) state.onAttemptEnd(job, recordAttempt(job, end), end);
}

async function startAndWatch(state: RunnerState, job: Job, rule: JobRule | undefined): Promise<AttemptEnd> {
  // Terminated while it was STARTING.
  if (job.endRequest) return startFailure(job.endRequest.reason, { isRetryable: false });
  const start = await startTask(state, job, rule);
  if (start.kind === 'refused') return start.end;

  const { process } = start;
  const entry: LiveAttempt = { process, wasSignalled: false, killTimer: undefined };
  state.live.set(job.id, entry);
  job.startedAt = Date.now();
  if (state.stopping.signal.aborted) process.signal('SIGKILL');
  else state.onRunning(job);
  if (job.endRequest) signalEnd(state, job, entry);
  const timer = limitTime(state, job);
  const trouble = rule && makeTrouble(state, job, rule);
  const ended = await process.ended;
  for (const pending of [timer, trouble, entry.killTimer]) clearTimeout(pending);
  state.live.delete(job.id);
  if (entry.wasSignalled) await killStrays({ groups: new Set([process.pid]), jobIds: new Set([job.id]) });
  noteEnd(state, job, { pid: process.pid, ...ended });
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
  const entry = state.live.get(job.id);
  if (entry && !entry.wasSignalled) signalEnd(state, job, entry);
}

function signalEnd(state: RunnerState, job: Job, entry: LiveAttempt): void {
  entry.wasSignalled = true;
  const isOutOfMemory = job.endRequest?.by === 'memory';
  entry.process.signal(isOutOfMemory ? 'SIGKILL' : 'SIGTERM');
  entry.killTimer = setTimeout(() => entry.process.signal('SIGKILL'), state.killGraceMs);
}

async function stop(state: RunnerState): Promise<void> {
  state.stopping.abort();
  const groups = new Set([...state.live.values()].map((entry) => entry.process.pid));
  for (const { process } of state.live.values()) process.signal('SIGKILL');
  await Promise.all(state.unfinished);
  const jobIds = new Set(state.journal.processes().map((process) => process.started.jobId));
  const left = jobIds.size === 0 ? [] : await killStrays({ groups, jobIds });
  if (left.length > 0) throw new Error(`Processes of tasks do not end [pids=${left.join(',')}]`);
}

/** Ends early when the job is to end, or the runner stops. */
async function pause(state: RunnerState, job: Job, ms = 0): Promise<void> {
  const { signal } = state.stopping;
  const until = Date.now() + ms;
  for (let left = ms; left > 0 && !job.endRequest && !signal.aborted; left = until - Date.now()) {
    await delay(Math.min(left, pauseSliceMs), undefined, { signal }).catch(() => undefined);
  }
}

function noteEnd(
  { journal }: RunnerState,
  job: Job,
  end: { pid: number; exitCode: number | undefined; signal: string | undefined },
): void {
  journal.write({
    kind: 'ended',
    at: Date.now(),
    pid: end.pid,
    jobId: job.id,
    attempt: job.attempts.length + 1,
    ...(job.index === undefined ? {} : { index: job.index }),
    ...(end.exitCode === undefined ? {} : { exitCode: end.exitCode }),
    ...(end.signal === undefined ? {} : { signal: end.signal }),
  });
}
