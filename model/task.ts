import type { Duration } from './duration.ts';
import type { FargateSize } from './size.ts';

/** How a failed try is repeated. */
export interface RetryOptions {
  /** Retries after the first try, per shard and execution. Default 0. */
  times: number;
  /** Wait before each retry. Default `'1 minute'`. */
  delay?: Duration;
  /** What an exit code means: `{ 42: 'fail' }` ends at once; `'retry'` is the default for codes above 0. */
  onExitCode?: Record<number, 'fail' | 'retry'>;
}

/** Work done by AWS Batch on Fargate: one job, or an array of them. */
export type BatchTaskOptions = FargateSize & {
  /** The folder under `apps/` whose image runs. */
  app: string;
  /** The program and its arguments, in exec form. */
  command: readonly [string, ...string[]];
  /** Run on Fargate Spot: cheaper, may be stopped by AWS with two minutes' notice. Default false. */
  spot?: boolean;
  /** Plain environment variables. Names must not begin with `AWS_BATCH` or `NIGHTSHIFT_`. Default: none. */
  environment?: Record<string, string>;
  /** Environment variables filled by AWS from Secrets Manager: variable to secret name. Never seen by Nightshift. Default: none. */
  secrets?: Record<string, string>;
  /** How the result comes back: `'none'`, or `'line'`, one JSON line on stdout (see `nightshift/container`). Default `'none'`. */
  output?: 'none' | 'line';
  /** `'failed'`: a retry runs only the failed shards; the program asks `shard()` which one it is. Default: the whole array. */
  retryShards?: 'failed';
  /** Longest time of one attempt, from its start in AWS; at least 1 minute. Default: what is left of the job's `timeout`. */
  timeout?: Duration;
  /** Default: the job's `retry`. */
  retry?: RetryOptions;
};

/** Any task that a job can declare. */
export interface Task {
  /** What carries it out. */
  readonly kind: 'batch';
  /** The settings that it was declared with. */
  readonly options: BatchTaskOptions;
}

declare const carries: unique symbol;

/** A declared AWS Batch task with its input and output types; made by {@link batchTask}. */
export interface BatchTask<I, O> extends Task {
  /** Types only; never there at run time. */
  readonly [carries]?: { input: I; output: O };
}

/**
 * Declares work for AWS Batch. `I` is what the call gives it (`JOB_INPUT`), `O` what one shard returns.
 * @example batchTask<{ date: string }, { users: number }>({ app: 'ranking', command: ['node', 'score.js'], vcpu: 1, memory: '2 GB', output: 'line' })
 */
export function batchTask<I = void, O = void>(options: BatchTaskOptions): BatchTask<I, O> {
  return { kind: 'batch', options };
}

/** Options of one call of a task. */
export interface CallOptions {
  /** Names the step; unique within the run. Default: `<task>#<count>`. */
  name?: string;
}

/** How a declared task is called inside `run`. */
export interface TaskCall<I, O> {
  /** Runs one job and returns its output. Throws a failure when its retries are spent. */
  (...args: CallArgs<I>): Promise<O>;
  /** Runs `size` shards (0 to 10,000) and returns their outputs by logical shard. */
  array(size: number, input: I | ((shard: number) => I), options?: CallOptions): Promise<O[]>;
}
type CallArgs<I> = [void] extends [I] ? [input?: undefined, options?: CallOptions] : [input: I, options?: CallOptions];

/** The calls of a record of tasks, with their types. */
export type TaskCalls<T> = {
  readonly [K in keyof T]: T[K] extends BatchTask<infer I, infer O> ? TaskCall<I, O> : never;
};
