import type { Duration } from './duration.ts';
import type { Carries, RetryOptions } from './task.ts';
import type { Use } from './uses.ts';

/** A synchronous call of an AWS Lambda function. */
export interface LambdaTaskOptions {
  /** The folder under `apps/` whose code the function has. */
  app: string;
  /** `<file>.<export>` in it. Default `'index.handler'`. */
  handler?: string;
  /** Memory of the function, `'128 MB'` to `'10240 MB'`. Default `'256 MB'`. */
  memory?: `${number} MB` | `${number} GB`;
  /** Longest time of one call, at most 15 minutes. Default `'1 minute'`. */
  timeout?: Duration;
  /** Plain environment variables of the function; `{stage}` in a value stands for the stage's name. Default: none. */
  environment?: Record<string, string>;
  /** What the function itself uses in AWS: `secret`, `bucket`, `topic`, `queue`. Its role allows exactly that. Default: nothing. */
  uses?: readonly Use[];
  /** Retries when Lambda itself fails or is busy: after 2 s, doubling. Default 6. An error of the function spends `retry`. */
  serviceRetries?: number;
  /** Default: the job's `retry`. */
  retry?: RetryOptions;
}

/** A declared Lambda task with its input and output types; made by {@link lambdaTask}. */
export interface LambdaTask<I, O> extends Carries<I, O> {
  /** Lambda carries it out. */
  readonly kind: 'lambda';
  /** The settings that it was declared with. */
  readonly options: LambdaTaskOptions;
}

/**
 * Declares a call of a Lambda function. `I` is its event, an object (a key `nightshift` with the run and an idempotency
 * key is added), `O` what it returns. It is called at least once: after a crash again, with the same key.
 * @example lambdaTask<{ date: string }, { notified: boolean }>({ app: 'handlers', handler: 'success.handler' })
 */
export function lambdaTask<I extends object | void = void, O = void>(options: LambdaTaskOptions): LambdaTask<I, O> {
  return { kind: 'lambda', options };
}
