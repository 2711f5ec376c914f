import type { RunError } from '../model/failures.ts';
import type { Job } from '../model/job.ts';
import type { RunStatus, StopReason } from '../model/run-states.ts';
import type { RunInput, RunSettings } from '../model/settings.ts';
import { type AttemptEnd, type Wake, wakeSignal } from '../model/wake.ts';
import { type ActivationJob, signalJob } from './activation-jobs.ts';
import type { AnyFakes, OtherEnd } from './fakes.ts';
import type { TestedRun } from './tested-run.ts';
import { Timeline } from './timeline.ts';

/** One try of a step on its way. */
export interface PlayedAttempt {
  readonly id: string;
  readonly stepKey: string;
  readonly shards: readonly number[];
  readonly locks: readonly string[];
  /** Its place among what ends at the same time. */
  readonly order: number;
  /** Called by the worker: its end is the answer to that call. */
  readonly isCall: boolean;
  /** The call that waits for its end. */
  seq: number | null;
  end: AttemptEnd | null;
}

/** What a step has come to. */
export interface PlayedStep {
  size: number | null;
  attempts: number;
  /** Tries by shard, those of AWS Batch's own included. */
  tries: Map<number, number>;
  outputs: Map<number, unknown>;
}

/** A lock that the run holds. */
export interface PlayedHold {
  name: string;
  token: number;
  execution: number | null;
}

/** One run in play: in place of the rows, of AWS, and of the watcher. */
export interface Play {
  readonly job: Job;
  readonly run: RunInput & { date: string };
  readonly settings: RunSettings;
  readonly fakes: AnyFakes;
  readonly others: Readonly<Record<string, OtherEnd>>;
  /** Locks that others hold until the run has waited for them. */
  readonly busy: Set<string>;
  /** Locks that it has waited for and not got yet. */
  readonly waited: Set<string>;
  readonly timeline: Timeline;
  /** Work of fakes that has not come to its end: the clock stands still. */
  readonly pending: Set<Promise<void>>;
  readonly steps: Map<string, PlayedStep>;
  readonly attempts: Map<string, PlayedAttempt>;
  readonly held: Map<string, PlayedHold>;
  readonly done: Pick<TestedRun<unknown>, 'calls' | 'locks' | 'otherRuns' | 'slept'>;
  /** The test's clock. */
  now: number;
  readonly startedAt: number;
  status: RunStatus;
  reason: string | null;
  error: RunError | null;
  result: unknown;
  /** When the time of `onFailure` is over; null before it has begun. */
  handlerUntil: number | null;
  tokens: number;
  /** What is wrong with the test itself. */
  broken: Error | null;
}

/** The answer to an activity: a failure of this type, which no repeat can mend. */
export class RefusedAnswer extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** Makes a run that has been asked for and has not begun. */
export function openPlay(of: Pick<Play, 'job' | 'run' | 'settings' | 'fakes' | 'others' | 'busy' | 'startedAt'>): Play {
  return {
    ...of,
    timeline: new Timeline(),
    pending: new Set(),
    steps: new Map(),
    attempts: new Map(),
    held: new Map(),
    waited: new Set(),
    done: { calls: [], locks: [], otherRuns: [], slept: [] },
    now: of.startedAt,
    ...{ status: 'waiting', reason: null, error: null, result: null, handlerUntil: null, tokens: 0, broken: null },
  };
}

/** Attempts whose work goes on. */
export function liveAttempts(play: Play): PlayedAttempt[] {
  return [...play.attempts.values()].filter((attempt) => attempt.end === null);
}

/** The signal that tells the run what is new. */
export function wakeJob(play: Play, news: Partial<Pick<Wake, 'ended' | 'others'>> = {}): ActivationJob {
  const stop = play.status === 'stopping' ? (play.reason as StopReason) : null;
  const wake: Wake = { status: play.status, stop, live: liveAttempts(play).length, ended: [], ...news };
  return signalJob(wakeSignal, wake);
}

/** Tells the run, as soon as it has nothing else to hear, that something has changed. */
export function wakeSoon(play: Play): void {
  play.timeline.add(play.now, () => wakeJob(play));
}
