import { prerequisiteId } from './after.ts';
import { type Duration, durationMs } from './duration.ts';
import type { AlertRule, Job, LockUse } from './job.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { type TaskSettings, taskSettings } from './task-settings.ts';

/** A lock's options, as plain data without defaults left open. */
export interface LockSettings {
  name: string;
  ifBusy: 'wait' | 'fail' | 'skip';
  slots: number;
  external: 'redis' | 'dynamodb' | null;
}

/** What a run needs to know of its job, frozen when the execution starts: editing the job file never breaks a replay. */
export interface RunSettings {
  /** Jobs whose run of the same key must have succeeded. */
  after: string[];
  /** Jobs whose runs of the whole business date must have succeeded. Missing in executions of earlier releases, as is `overlap`. */
  afterDay?: string[];
  /** What a start by the schedule does while another run of the schedule is open. */
  overlap?: 'wait' | 'skip' | 'allow';
  /** `HH:MM` in `timezone`, or null. */
  notBefore: string | null;
  timezone: string;
  locks: LockSettings[];
  slowAfterMs: number | null;
  timeoutMs: number;
  waitAtMostMs: number;
  /** Longest time of `onFailure`; null = the job has none. */
  handlerTimeoutMs: number | null;
  alertAtOrBelow: number | null;
  alerts: Partial<Record<AlertRule, readonly string[]>>;
  tasks: Record<string, TaskSettings>;
}

/** What the workflow gets. */
export interface RunInput {
  runId: string;
  job: string;
  runKey: string;
  /** The business date. Missing in histories of earlier releases, where the run key is it. */
  date?: string;
  execution: number;
  input: unknown;
  /** The workflow bundle that this execution is meant for: it goes on where the code has changed. Absent for any. */
  bundle?: string;
  /** Retry policy by task: the only settings that workflow code decides by. */
  retry: Record<string, RetryPolicy>;
  /** The tasks that the worker itself calls. */
  calls: Record<string, CallLimits>;
}

/** How long a call of a function or Lambda may take, and be silent. */
export interface CallLimits {
  timeoutMs: number;
  heartbeatMs: number;
}

/** The task queue on which functions and Lambdas are called, beside that of the runs. */
export function callQueueOf(taskQueue: string): string {
  return `${taskQueue}-calls`;
}

/**
 * The settings of a job with every default filled in.
 * @throws TypeError when a duration or size of the job is not one.
 */
export function runSettings(job: Job, timezone: string): RunSettings {
  const tasks = Object.entries(job.tasks).map(([name, task]) => [name, taskSettings(task, job.retry)] as const);
  return {
    ...afterSettings(job),
    notBefore: job.notBefore ?? null,
    timezone: job.schedule?.timezone ?? timezone,
    locks: (job.locks ?? []).map(lockSettings),
    slowAfterMs: msOrNull(job.slowAfter),
    timeoutMs: durationMs(job.timeout ?? '24 hours'),
    waitAtMostMs: durationMs(job.waitAtMost ?? '12 hours'),
    handlerTimeoutMs: job.onFailure === undefined ? null : durationMs(job.handlerTimeout ?? '10 minutes'),
    alertAtOrBelow: job.records?.alertAtOrBelow ?? null,
    alerts: job.alerts ?? {},
    tasks: Object.fromEntries(tasks),
  };
}

/** A lock's options with every default filled in. */
export function lockSettings({ name, ifBusy = 'wait', slots = 1, external }: LockUse): LockSettings {
  return { name, ifBusy, slots, external: external ?? null };
}

/** A job's prerequisites, apart by whether they are of the same run key or of the whole business date. */
export function afterSettings({ after = [] }: Pick<Job, 'after'>): { after: string[]; afterDay: string[] } {
  return {
    after: after.filter((each) => typeof each === 'string'),
    afterDay: after.filter((each) => typeof each !== 'string').map(prerequisiteId),
  };
}

function msOrNull(duration: Duration | undefined): number | null {
  return duration === undefined ? null : durationMs(duration);
}
