import type { BatchTask, BatchTaskOptions } from './batch-task.ts';
import type { CodeBuildTaskOptions } from './code-build-task.ts';
import type { Duration } from './duration.ts';
import type { EcsTaskOptions } from './ecs-task.ts';
import type { FunctionTaskOptions } from './function-task.ts';
import type { LambdaTaskOptions } from './lambda-task.ts';
import type { Use } from './uses.ts';

/** How a failed try is repeated. */
export interface RetryOptions {
  /** Retries after the first try, per shard and execution. Default 0. */
  times: number;
  /** Wait before each retry. Default `'1 minute'`. */
  delay?: Duration;
  /** What an exit code means: `{ 42: 'fail' }` ends at once; `'retry'` is the default for codes above 0. */
  onExitCode?: Record<number, 'fail' | 'retry'>;
}

/** What a step gives back: `'none'`; `'line'`, one JSON line on stdout (see `nightshift/container`); `'json'`, all that it prints is one JSON value. */
export type OutputForm = 'none' | 'line' | 'json';

/** Options of every task that runs one thing in AWS for as long as it takes. */
export interface AwsTaskOptions {
  /** Plain environment variables; `{stage}` in a value stands for the stage's name. Names must not begin with `AWS_BATCH` or `NIGHTSHIFT_`. Default: none. */
  environment?: Record<string, string>;
  /** Environment variables filled by AWS from Secrets Manager: variable to secret name. Never seen by Nightshift. Default: none. */
  secrets?: Record<string, string>;
  /** What the program itself uses in AWS: `secret`, `bucket`, `topic`, `queue`. Its role allows exactly that. Default: nothing. */
  uses?: readonly Use[];
  /** The input never appears in AWS's own descriptions: the container gets a pointer to it. Default false: only an input above AWS's limit is passed so. */
  sensitive?: boolean;
  /** It may run twice without harm: when AWS has forgotten how it ended, it is tried again. Default false. */
  idempotent?: boolean;
  /** Default: the job's `retry`. */
  retry?: RetryOptions;
}

declare const carries: unique symbol;

/** Carries the input and output types of a declared task; never there at run time. */
export interface Carries<I, O> {
  /** Types only. */
  readonly [carries]?: { input: I; output: O };
}

/** Any task that a job can declare, whatever it takes and gives. */
export type Task =
  | Declared<'batch', BatchTaskOptions>
  | Declared<'ecs', EcsTaskOptions>
  | Declared<'codeBuild', CodeBuildTaskOptions>
  | Declared<'lambda', LambdaTaskOptions>
  | Declared<'function', FunctionTaskOptions & { module: string }>;

interface Declared<Kind, Options> {
  /** What carries it out. */
  readonly kind: Kind;
  /** The settings that it was declared with. */
  readonly options: Options;
}

/** The kinds of task. */
export type TaskKind = Task['kind'];

/** Options of one call of a task. */
export interface CallOptions {
  /** Names the step; unique within the run. Default: `<task>#<count>`. */
  name?: string;
}

/** Options of one call of a Batch task. */
export interface BatchCallOptions extends CallOptions {
  /** Values of `Ref::name` in the command of the job definition, over the task's own `parameters`. Default: none. */
  parameters?: Record<string, string>;
}

/** How a declared task is called inside `run`. */
export type TaskCall<I, O, Options = CallOptions> =
  /** Runs it once and returns its output. Throws a failure when its retries are spent. */
  (...args: CallArgs<I, Options>) => Promise<O>;

/** How a declared Batch task is called inside `run`. */
export interface BatchTaskCall<I, O> {
  /** Runs one job and returns its output. Throws a failure when its retries are spent. */
  (...args: CallArgs<I, BatchCallOptions>): Promise<O>;
  /** Runs `size` shards (0 to 10,000) and returns their outputs by logical shard. */
  array(size: number, input: I | ((shard: number) => I), options?: BatchCallOptions): Promise<O[]>;
}
type CallArgs<I, Options> = [void] extends [I] ? [input?: undefined, options?: Options] : [input: I, options?: Options];

/** The calls of a record of tasks, with their types. */
export type TaskCalls<T> = {
  readonly [K in keyof T]: T[K] extends BatchTask<infer I, infer O>
    ? BatchTaskCall<I, O>
    : T[K] extends Carries<infer I, infer O>
      ? TaskCall<I, O>
      : never;
};
