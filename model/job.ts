import type { Static, TSchema } from 'typebox';
import type { After } from './after.ts';
import type { Duration } from './duration.ts';
import type { EventPattern } from './event-pattern.ts';
import type { RunError } from './failures.ts';
import type { Parallel } from './parallel.ts';
import type { RunJob } from './run-job.ts';
import type { Schedule } from './schedule.ts';
import type { StepDetail } from './step-detail.ts';
import type { RetryOptions, Task, TaskCalls } from './task.ts';
import type { WithLock } from './with-lock.ts';

export type { Schedule } from './schedule.ts';

/** A named mutual exclusion that the run holds from its start to its end, or around a part of it with `withLock`. */
export interface LockUse {
  /** Every job that names the same lock excludes the others, in all business dates. */
  name: string;
  /** `'wait'` in order of asking (default), or end as not run: `'fail'` with an alert, `'skip'` without. */
  ifBusy?: 'wait' | 'fail' | 'skip';
  /** How many runs may hold it at the same time, 1 to 1,000; the same in every job that names the lock. Default 1. */
  slots?: number;
  /** Also takes the key `batch:lock:<name>` there, for programs outside Nightshift that use it; only with one slot, and the same in every job. Default: Postgres alone. */
  external?: 'redis' | 'dynamodb';
}

/** The rules that can raise an alert for a run. */
export type AlertRule = 'slow' | 'failed' | 'fewRecords' | 'timedOut' | 'notRun' | 'missed';

/** What `run` gets. Inside it: only task calls, plain computation, and no clock, no randomness, no I/O. */
export interface RunContext<T, I> {
  /** The job's tasks, ready to be called: `await tasks.score({ date })`. Each call has to be awaited. */
  tasks: TaskCalls<T>;
  /** What the run was asked for with; checked against the job's `input` schema. */
  input: I;
  /** The business date, `YYYY-MM-DD`. */
  date: string;
  /** Which run this is: its id (`BATCH-001/2026-11-21`), the job's id, its run key (the business date, or an instant such as `2026-11-21T20:05Z`), and the number of this execution, from 1. */
  run: { id: string; job: string; key: string; execution: number };
  /** Runs branches side by side and gives their results by name: `await parallel({ left: () => tasks.a(), right: () => tasks.b() })`. */
  parallel: Parallel;
  /** Runs another job for the same business date, or the one named, waits for its end and gives its result; throws when it does not succeed. */
  runJob: RunJob;
  /** Waits until an instant (a Date, or ISO 8601 with a zone), or until a time `HH:MM` of the business date in the job's zone. Past: at once. */
  sleepUntil: (when: Date | string) => Promise<void>;
  /** Holds a lock around a part of the run: `await withLock('cache', () => tasks.refresh({ date }))`. */
  withLock: WithLock;
  /** What is known of the newest try of a task, with AWS's own description of it: for handlers that tell it on. */
  describe: (task: keyof T & string) => Promise<StepDetail>;
  /** Writes an event and a record to the worker's log, once, also when the code is replayed. */
  log: (event: string, record?: Record<string, unknown>) => void;
}

/** What `onSuccess` gets: all that `run` gets, and what it returned. */
export interface SuccessContext<T, I, R> extends RunContext<T, I> {
  /** What `run` returned. */
  result: R;
}

/** What `onFailure` gets: all that `run` gets, and why the run fails. */
export interface FailureContext<T, I> extends RunContext<T, I> {
  /** The run's error: class, message, step, log tail. */
  error: RunError;
}

/** A job: when it runs, what must come first, what it may not overlap with, what it does. */
export interface JobOptions<T, S, R, H = unknown> {
  /** Unique over all job files: letters, digits, `-`, `_`; at most 60. Also the workflow type. */
  id: string;
  /** What people call it. */
  name: string;
  /** Default: none; it is then started by its prerequisites, or by hand. */
  schedule?: Schedule;
  /** Whether `POST /hooks/<id>` may start it, signed. Default: false. */
  webhook?: boolean;
  /** EventBridge events that start it, by the queue for starts; their `detail` becomes the input. Default: none. */
  onEvent?: EventPattern;
  /** What its runs are known by: `'date'`, one run a business date, or `'instant'`, one run a minute in UTC. Default: `'instant'` when the schedule can start it more than once a day, else `'date'`. */
  runsBy?: 'date' | 'instant';
  /** Jobs that must have succeeded for the same business date (or instant): ids, or `{ job, covers: 'day' }` between jobs by date and by instant, or in other zones. Default: none. */
  after?: readonly After[];
  /** For a job without a schedule: not before this time of the business date, `HH:MM`, in the configuration's zone. Default: as soon as its prerequisites have succeeded. */
  notBefore?: `${number}:${number}`;
  /** Held together from before the first task until all work has ended. Default: none. */
  locks?: readonly LockUse[];
  /** What it usually takes; for people. Default: not said. */
  usually?: Duration;
  /** Raises the alert `slow`, stops nothing. Counts from the end of the waits. Default: no alert. */
  slowAfter?: Duration;
  /** Stops the run. Counts from the end of the waits. Default `'24 hours'`. */
  timeout?: Duration;
  /** Longest wait for prerequisites and locks; then the run is `notRun`. Default `'12 hours'`. */
  waitAtMost?: Duration;
  /** Default of every task. Default: no retry. */
  retry?: RetryOptions;
  /** Raises `fewRecords` when the result's `records` is at or below this share (0 to 1) of the last succeeded date's. Default: no alert. */
  records?: { alertAtOrBelow: number };
  /** Which channels hear of which rule. Default: nobody; `show` and the dashboard have every alert. */
  alerts?: Partial<Record<AlertRule, readonly string[]>>;
  /** JSON Schema of the input, plain data or TypeBox; `run` gets its static type. Default: the run takes no input. */
  input?: S;
  /** What `run` can call, by name. */
  tasks: T;
  /** Deterministic workflow code. A number `records` in its result is kept as the run's record count. */
  run(context: RunContext<T, InputOf<S>>): Promise<R>;
  /** Called when `run` has returned, while the run is still running; what it returns, unless `undefined`, is the run's result. When it throws, the run fails. Default: none. */
  onSuccess?(context: SuccessContext<T, InputOf<S>, NoInfer<R>>): Promise<H>;
  /** Called when the run has failed or timed out, after all its work has ended; what it returns is the run's result, beside the error. Default: none. */
  onFailure?(context: FailureContext<T, InputOf<S>>): Promise<unknown>;
  /** Longest time of `onFailure`, from its start; then the run is closed without it. Default `'10 minutes'`. */
  handlerTimeout?: Duration;
}

/** The static type of an input schema; `undefined` for a job without one. */
export type InputOf<S> = [S] extends [undefined] ? undefined : S extends TSchema ? Static<S> : never;

/** A job of any types, as registries and tools handle it. */
export interface Job
  extends Omit<JobOptions<Record<string, Task>, TSchema, unknown>, 'run' | 'input' | 'onSuccess' | 'onFailure'> {
  /** JSON Schema of the input; undefined: the job takes none. */
  input?: TSchema | undefined;
  /** As in {@link JobOptions}. A method, so that a job whose `run` wants narrower types than a registry knows is still a Job. */
  run(context: never): Promise<unknown>;
  /** As in {@link JobOptions}. */
  onSuccess?(context: never): Promise<unknown>;
  /** As in {@link JobOptions}. */
  onFailure?(context: never): Promise<unknown>;
}

/** Defines a job; one per file under `jobs/`. Gives back what it gets: the rest is types. */
export function defineJob<
  const T extends Record<string, Task>,
  const S extends TSchema | undefined = undefined,
  R = void,
  H = undefined,
>(job: JobOptions<T, S, R, H>): JobOptions<T, S, R, H> {
  return job;
}
