import type { Duration } from '../model/duration.ts';
import type { FailureClass } from '../model/failures.ts';
import type { Carries } from '../model/task.ts';

/** The ways in which the work of a task can fail; the others are ways in which a run does. */
export type WorkFailure = Exclude<
  FailureClass,
  | 'cancelled'
  | 'taskNotAwaited'
  | 'jobCode'
  | 'terminated'
  | 'timedOut'
  | 'lockBusy'
  | 'prerequisiteNotMet'
  | 'temporalLost'
>;

/** More about how work fails. */
export interface FailureFacts {
  /** The exit code of the container. Default: 1 for the class `exitCode`, none for the others. */
  exitCode?: number;
  /** AWS's words. Default: `played by a fake`. */
  reason?: string;
  /** The last log lines. Default: none. */
  logTail?: readonly string[];
}

/** How one try of a task, or one shard of it, fails; made by {@link fails}. */
export class PlayedFailure {
  /** The way in which it fails: decides about retries. */
  readonly class: WorkFailure;
  /** The exit code; null when there is none. */
  readonly exitCode: number | null;
  /** AWS's words. */
  readonly reason: string;
  /** The last log lines. */
  readonly logTail: readonly string[];

  constructor(failureClass: WorkFailure, facts: FailureFacts = {}) {
    this.class = failureClass;
    this.exitCode = facts.exitCode ?? (failureClass === 'exitCode' ? 1 : null);
    this.reason = facts.reason ?? 'played by a fake';
    this.logTail = facts.logTail ?? [];
  }
}

/**
 * What a fake returns to play a failure: `return fails('spot')`, `return fails('exitCode', { exitCode: 3 })`. The job's
 * own retry policy decides what comes of it.
 */
export function fails(failureClass: WorkFailure, facts: FailureFacts = {}): PlayedFailure {
  return new PlayedFailure(failureClass, facts);
}

/** What a fake gets beside the input. */
export interface FakeCall {
  /** The step's key, such as `left/score#1`. */
  readonly step: string;
  /** The task's name. */
  readonly task: string;
  /** The logical shard of an array; null for a single call. */
  readonly shard: number | null;
  /** Which try of the step this is, from 1. */
  readonly attempt: number;
  /** The business date of the run. */
  readonly date: string;
  /** The time of the test's clock at which the try starts. */
  readonly now: Date;
  /** Locks that the run holds for this call: the job's own, and those of `withLock` around it. */
  readonly locks: readonly string[];
  /** Says how long the work takes on the test's clock: a time limit may end it, another branch's failure may stop it. Default: no time. */
  takes(duration: Duration): void;
}

/**
 * Stands in for the work of a task: returns its output, or a failure by {@link fails}. What it throws is a failure, too:
 * `functionError` of functions and Lambdas, exit code 1 of everything else.
 */
export type Fake<I, O> = (input: I, call: FakeCall) => O | PlayedFailure | Promise<O | PlayedFailure>;

/** A fake for every task of a job, with the types of its declaration. */
export type Fakes<T> = { readonly [K in keyof T]: T[K] extends Carries<infer I, infer O> ? Fake<I, O> : never };

/** How a run that the job waits for by `runJob` ends. */
export type OtherEnd =
  | {
      /** It succeeds, with this result. */
      result: unknown;
    }
  | {
      /** It does not succeed. */
      status: 'failed' | 'timedOut' | 'cancelled' | 'notRun';
      /** Why it was not run, such as `lockBusy`. Default: none. */
      reason?: string;
    };

/** The fakes as the machinery handles them. */
export type AnyFakes = Readonly<Record<string, Fake<unknown, unknown>>>;
