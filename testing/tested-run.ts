import type { RunError } from '../model/failures.ts';
import type { RunStatus } from '../model/run-states.ts';
import type { Logged } from './sandbox.ts';

/** One try of a task; of an array, of one shard. */
export interface TestedCall {
  /** The step's key, such as `left/score#1`. */
  step: string;
  /** The task's name. */
  task: string;
  /** The logical shard; absent for a single call. */
  shard?: number;
  /** Which try of the step it was, from 1. */
  attempt: number;
  /** What the task was given, as JSON carries it. */
  input: unknown;
}

/** One lock that the run had. */
export interface TestedLock {
  /** The lock's name. */
  name: string;
  /** True when it was busy and the run waited for it. */
  waited: boolean;
}

/** One run that the job asked for by `runJob`. */
export interface TestedOther {
  /** Its id, `BATCH-000/2026-11-21`. */
  run: string;
  /** What it was given. */
  input: unknown;
}

/** What came of a run. */
export interface TestedRun<R> {
  /** The run's id. */
  run: string;
  /** How it ended. */
  status: RunStatus;
  /** Why it failed or was not run, such as `timedOut`, `taskNotAwaited`, `lockBusy`; null when it succeeded. */
  reason: string | null;
  /** What `run` or `onSuccess` returned; of a run that failed, what `onFailure` did. */
  result: R;
  /** The error as people get it; null when the run succeeded. */
  error: RunError | null;
  /** The record count in the result; null without one. */
  records: number | null;
  /** Every try of every task, in the order of their starts. */
  calls: TestedCall[];
  /** Locks in the order in which the run got them. */
  locks: TestedLock[];
  /** Runs asked for by `runJob`, in order. */
  otherRuns: TestedOther[];
  /** The run's timers, retries' delays and `sleepUntil`, in order: milliseconds, and the instant of their end. */
  slept: { ms: number; until: string }[];
  /** What the job has logged. */
  logged: Logged[];
  /** How long it all took on the test's clock, in milliseconds. */
  tookMs: number;
}
