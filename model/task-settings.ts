import type { BatchTaskOptions } from './batch-task.ts';
import { type Duration, durationMs } from './duration.ts';
import type { EcsTaskOptions } from './ecs-task.ts';
import type { FunctionTask } from './function-task.ts';
import type { LambdaTaskOptions } from './lambda-task.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { memoryMib } from './size.ts';
import type { AwsTaskOptions, OutputForm, RetryOptions, Task } from './task.ts';
import { unreachable } from './unreachable.ts';

/** A task's settings, as plain data without defaults left open. */
export type TaskSettings = BatchSettings | EcsSettings | CodeBuildSettings | LambdaSettings | FunctionSettings;

interface EverySettings {
  retry: RetryPolicy;
  /** Longest time of one attempt; null = what is left of the run's timeout. */
  timeoutMs: number | null;
}

/** Settings of what runs in AWS for as long as it takes. */
export interface AwsSettings extends EverySettings {
  environment: Record<string, string>;
  sensitive: boolean;
  output: OutputForm;
}

/** Settings of a container of a Fargate size. */
interface ContainerSettings extends AwsSettings {
  command: string[];
  vcpu: number;
  memoryMib: number;
  spot: boolean;
}

export interface BatchSettings extends ContainerSettings {
  kind: 'batch';
  parameters: Record<string, string>;
  /** A queue of the configuration; null = the stage's own. */
  queue: string | null;
  share: { identifier: string; priority: number | null } | null;
  /** `'all'`: Batch itself tries children again, under their own index. */
  retryShards: 'failed' | 'all';
  doubleMemory: boolean;
  /** Nodes of a multi-node parallel job; null = not one. */
  nodes: number | null;
}

export interface EcsSettings extends ContainerSettings {
  kind: 'ecs';
}

export interface CodeBuildSettings extends AwsSettings {
  kind: 'codeBuild';
}

export interface LambdaSettings extends EverySettings {
  kind: 'lambda';
  timeoutMs: number;
}

export interface FunctionSettings extends EverySettings {
  kind: 'function';
  module: string;
  timeoutMs: number;
}

/** Retries that cost the user nothing: enough for a bad Spot night, an end to a broken region. */
const freeRetries = 10;

/**
 * The settings of a task with every default filled in.
 * @throws TypeError when a duration or size of the task is not one.
 */
export function taskSettings(task: Task, jobRetry: RetryOptions | undefined): TaskSettings {
  switch (task.kind) {
    case 'batch':
      return batchSettings(task.options, jobRetry);
    case 'ecs':
      return { kind: 'ecs', ...containerSettings(task.options, jobRetry) };
    case 'codeBuild':
      return { kind: 'codeBuild', ...awsSettings(task.options, jobRetry) };
    case 'lambda':
      return lambdaSettings(task.options, jobRetry);
    case 'function':
      return functionSettings(task.options, jobRetry);
    default:
      return unreachable(task);
  }
}

function batchSettings(options: BatchTaskOptions, jobRetry: RetryOptions | undefined): BatchSettings {
  const { retryShards = 'all', share } = options;
  const container = containerSettings(options, jobRetry);
  return {
    kind: 'batch',
    ...container,
    retry: { ...container.retry, ...(retryShards === 'all' ? { inBatch: true } : {}) },
    parameters: { ...options.parameters },
    queue: options.queue ?? null,
    share: share === undefined ? null : { identifier: share.identifier, priority: share.priority ?? null },
    retryShards,
    doubleMemory: options.doubleMemory ?? false,
    nodes: options.nodes ?? null,
  };
}

function containerSettings(
  options: BatchTaskOptions | EcsTaskOptions,
  jobRetry: RetryOptions | undefined,
): ContainerSettings {
  return {
    ...awsSettings(options, jobRetry),
    command: [...options.command],
    vcpu: options.vcpu,
    memoryMib: memoryMib(options.memory),
    spot: options.spot ?? false,
  };
}

function awsSettings(
  options: AwsTaskOptions & { output?: OutputForm; timeout?: Duration },
  jobRetry: RetryOptions | undefined,
): AwsSettings {
  const retry = retryPolicy(options.retry ?? jobRetry);
  return {
    environment: { ...options.environment },
    sensitive: options.sensitive ?? false,
    output: options.output ?? 'none',
    timeoutMs: options.timeout === undefined ? null : durationMs(options.timeout),
    retry: options.idempotent === true ? { ...retry, idempotent: true } : retry,
  };
}

function lambdaSettings(options: LambdaTaskOptions, jobRetry: RetryOptions | undefined): LambdaSettings {
  // As AWS advises callers of Lambda: after 2 s, doubling, six times.
  const free = { times: options.serviceRetries ?? 6, delayMs: 2_000, backoff: 2 };
  return {
    kind: 'lambda',
    timeoutMs: durationMs(options.timeout ?? '1 minute'),
    retry: { ...retryPolicy(options.retry ?? jobRetry), free },
  };
}

function functionSettings(
  options: FunctionTask<never, unknown>['options'],
  jobRetry: RetryOptions | undefined,
): FunctionSettings {
  return {
    kind: 'function',
    module: options.module,
    timeoutMs: durationMs(options.timeout ?? '10 minutes'),
    retry: retryPolicy(options.retry ?? jobRetry),
  };
}

function retryPolicy(retry: RetryOptions | undefined): RetryPolicy {
  const delayMs = durationMs(retry?.delay ?? '1 minute');
  return {
    times: retry?.times ?? 0,
    delayMs,
    onExitCode: { ...retry?.onExitCode },
    free: { times: freeRetries, delayMs, backoff: 1 },
  };
}
