import type { Duration } from './duration.ts';
import type { Ec2Size, FargateSize } from './size.ts';
import type { AwsTaskOptions, Carries, OutputForm } from './task.ts';

/** Work done by AWS Batch: on Fargate one job or an array of them; on an EC2 queue several nodes as one job. */
export type BatchTaskOptions = (FargateBatch | MultiNodeBatch) & BatchOptions;

/** On Fargate, in one of its sizes. */
type FargateBatch = FargateSize & {
  /** Run on Fargate Spot: cheaper, may be stopped by AWS with two minutes' notice; after two losses of a shard, on demand. Default false. */
  spot?: boolean;
  /** Disk of the container, `'21 GB'` to `'200 GB'`. Default: what Fargate gives, 20 GB. */
  ephemeralStorage?: `${number} GB`;
  /** Only on an EC2 queue. */
  nodes?: undefined;
};

/** A multi-node parallel job: passed through to AWS Batch, and followed by the state of its main node (node 0). */
type MultiNodeBatch = Ec2Size & {
  /** Nodes of the one job, at least 2. Needs `queue`, and a queue on EC2. */
  nodes: number;
  queue: string;
  spot?: undefined;
  ephemeralStorage?: undefined;
};

interface BatchOptions extends AwsTaskOptions {
  /** The folder under `apps/` whose image runs. */
  app: string;
  /** The program and its arguments, in exec form. `Ref::name` stands for a parameter. */
  command: readonly [string, ...string[]];
  /** Values of `Ref::name` in the command; a call may give others. Default: none. */
  parameters?: Record<string, string>;
  /** A queue of the configuration's `queues`. Default: the stage's own on-demand or Spot queue. */
  queue?: string;
  /** Fair share, on a queue that has a scheduling policy: whose share this uses, and its priority within it (0 to 9,999). Default: none; a FIFO queue takes none. */
  share?: { identifier: string; priority?: number };
  /** How the result comes back. `'json'` for at most 200 shards. Default `'none'`. */
  output?: OutputForm;
  /** `'failed'`: a retry runs only the failed shards; the program asks `shard()` which one it is. Default, for programs that read `AWS_BATCH_JOB_ARRAY_INDEX`: Batch tries each child again under its own index. */
  retryShards?: 'failed';
  /** Out of memory: the next try gets twice the memory, once, if Fargate has that size. Default false. */
  doubleMemory?: boolean;
  /** Longest time of one attempt, from its start in AWS; at least 1 minute. Default: what is left of the job's `timeout`. */
  timeout?: Duration;
}

/** A declared AWS Batch task with its input and output types; made by {@link batchTask}. */
export interface BatchTask<I, O> extends Carries<I, O> {
  /** AWS Batch carries it out. */
  readonly kind: 'batch';
  /** The settings that it was declared with. */
  readonly options: BatchTaskOptions;
}

/**
 * Declares work for AWS Batch. `I` is what the call gives it (`JOB_INPUT`), `O` what one shard returns.
 * @example batchTask<{ date: string }, { users: number }>({ app: 'ranking', command: ['node', 'score.js'], vcpu: 1, memory: '2 GB', output: 'line' })
 */
export function batchTask<I = void, O = void>(options: BatchTaskOptions): BatchTask<I, O> {
  return { kind: 'batch', options };
}
