import { type Duration, durationMs } from './duration.ts';
import type { AlertRule, Job, LockUse } from './job.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { memoryMib } from './size.ts';
import type { RetryOptions, Task } from './task.ts';

/** A task's settings, as plain data without defaults left open. */
export interface TaskSettings {
  kind: 'batch';
  command: string[];
  environment: Record<string, string>;
  vcpu: number;
  memoryMib: number;
  spot: boolean;
  output: 'none' | 'line';
  retryShards: 'failed' | 'all';
  /** Longest time of one attempt; null = what is left of the run's timeout. */
  timeoutMs: number | null;
  retry: RetryPolicy;
}

/** A lock's options, as plain data without defaults left open. */
export interface LockSettings {
  name: string;
  ifBusy: 'wait' | 'fail' | 'skip';
  slots: number;
  external: 'redis' | 'dynamodb' | null;
}

/** What a run needs to know of its job, frozen when the execution starts: editing the job file never breaks a replay. */
export interface RunSettings {
  after: string[];
  /** `HH:MM` in `timezone`, or null. */
  notBefore: string | null;
  timezone: string;
  locks: LockSettings[];
  slowAfterMs: number | null;
  timeoutMs: number;
  waitAtMostMs: number;
  alertAtOrBelow: number | null;
  alerts: Partial<Record<AlertRule, readonly string[]>>;
  tasks: Record<string, TaskSettings>;
}

/** What the workflow gets. */
export interface RunInput {
  runId: string;
  job: string;
  runKey: string;
  execution: number;
  input: unknown;
  /** Retry policy by task: the only settings that workflow code decides by. */
  retry: Record<string, RetryPolicy>;
}

/**
 * The settings of a job with every default filled in.
 * @throws TypeError when a duration or size of the job is not one.
 */
export function runSettings(job: Job, timezone: string): RunSettings {
  const tasks = Object.entries(job.tasks).map(([name, task]) => [name, taskSettings(task, job.retry)] as const);
  return {
    after: [...(job.after ?? [])],
    notBefore: job.notBefore ?? null,
    timezone: job.schedule?.timezone ?? timezone,
    locks: (job.locks ?? []).map(lockSettings),
    slowAfterMs: msOrNull(job.slowAfter),
    timeoutMs: durationMs(job.timeout ?? '24 hours'),
    waitAtMostMs: durationMs(job.waitAtMost ?? '12 hours'),
    alertAtOrBelow: job.records?.alertAtOrBelow ?? null,
    alerts: job.alerts ?? {},
    tasks: Object.fromEntries(tasks),
  };
}

/** A lock's options with every default filled in. */
export function lockSettings({ name, ifBusy = 'wait', slots = 1, external }: LockUse): LockSettings {
  return { name, ifBusy, slots, external: external ?? null };
}

function taskSettings(task: Task, jobRetry: RetryOptions | undefined): TaskSettings {
  const { options } = task;
  return {
    kind: task.kind,
    command: [...options.command],
    environment: options.environment ?? {},
    vcpu: options.vcpu,
    memoryMib: memoryMib(options.memory),
    spot: options.spot ?? false,
    output: options.output ?? 'none',
    retryShards: options.retryShards ?? 'all',
    timeoutMs: msOrNull(options.timeout),
    retry: retryPolicy(options.retry ?? jobRetry),
  };
}

function retryPolicy(retry: RetryOptions | undefined): RetryPolicy {
  return {
    times: retry?.times ?? 0,
    delayMs: durationMs(retry?.delay ?? '1 minute'),
    onExitCode: { ...retry?.onExitCode },
  };
}

function msOrNull(duration: Duration | undefined): number | null {
  return duration === undefined ? null : durationMs(duration);
}
