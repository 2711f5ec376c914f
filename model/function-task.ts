import type { Duration } from './duration.ts';
import type { Carries, RetryOptions } from './task.ts';

/** What a function gets beside its input. */
export interface FunctionContext {
  /** Which run this is: its id (`BATCH-001/2026-11-21`), the job's id, its key and the number of the execution. */
  run: { id: string; job: string; key: string; execution: number };
  /** The business date, `YYYY-MM-DD`. */
  date: string;
  /** The same when the call is repeated after a crash: for whoever can tell a repeat by a key. */
  attemptId: string;
  /** Fencing token by lock name, for SQL that must refuse a stale holder. */
  tokens: Readonly<Record<string, number>>;
  /** Aborted when the run is being stopped, the time is over, or the worker shuts down. The run waits for the function's end. */
  signal: AbortSignal;
  /** Tells how far it is; people see the newest. */
  progress(done: number, total?: number): void;
  /** Writes an event and a record to the worker's log. */
  log(event: string, record?: Record<string, unknown>): void;
}

/** A function that a task can call: runs in the worker, outside the workflow sandbox, so it may do anything. */
export type TaskFunction<I = never, O = unknown> = (input: I, context: FunctionContext) => O | Promise<O>;

/** A call of the project's own code in the worker. */
export interface FunctionTaskOptions {
  /** Longest time of one call. Default `'10 minutes'`. */
  timeout?: Duration;
  /** Default: the job's `retry`. */
  retry?: RetryOptions;
}

/** A declared function with its input and output types; made by {@link functionTask}. */
export interface FunctionTask<I, O> extends Carries<I, O> {
  /** The worker carries it out. */
  readonly kind: 'function';
  /** The settings that it was declared with, and the module. */
  readonly options: FunctionTaskOptions & { module: string };
}

/**
 * Declares a call of a function of the project in the worker, at least once: after a crash again. `module` is its file
 * without the ending, from the project's folder; the function is its export with the file's own name (in camel case), or the default export.
 * @example functionTask<typeof notify>('functions/notify')
 */
export function functionTask<F extends TaskFunction = () => unknown>(
  module: string,
  options: FunctionTaskOptions = {},
): FunctionTask<InputOfFunction<F>, Awaited<ReturnType<F>>> {
  return { kind: 'function', options: { ...options, module } };
}

/** A function without parameters is called without an input. */
type InputOfFunction<F extends TaskFunction> = Parameters<F> extends [] ? void : Parameters<F>[0];
