import { classify } from '../failure-classes.ts';
import type { LogStream, PhysicalFailure } from '../port.ts';
import type { Job } from './describe-jobs.ts';

/** Where Batch writes logs unless the job definition says otherwise. */
const defaultLogGroup = '/aws/batch/job';

/** True when AWS says that a job will not go on. */
export function hasEnded(job: Job): boolean {
  return job.status === 'SUCCEEDED' || job.status === 'FAILED';
}

/** True while no part of a job has got as far as starting: it waits for room. The counts of an array's parent may be old. */
export function isQueued(job: Job): boolean {
  const { size, statusSummary } = job.arrayProperties ?? {};
  if (size === undefined) return job.status === 'RUNNABLE';
  const counts = statusSummary ?? {};
  const begun = Object.entries(counts).some(
    ([status, count]) => count > 0 && !['SUBMITTED', 'PENDING', 'RUNNABLE'].includes(status),
  );
  return !begun && (counts.RUNNABLE ?? 0) > 0;
}

/** How an ended job failed, as the physical index given; null when it succeeded. */
export function failureOf(job: Job, index: number): PhysicalFailure | null {
  const exitCode = exitCodeOf(job);
  const failed = classify({
    succeeded: job.status === 'SUCCEEDED',
    statusReason: job.statusReason ?? lastAttempt(job)?.statusReason ?? '',
    containerReason: job.container?.reason ?? lastAttempt(job)?.container?.reason ?? '',
    exitCode,
    stopped: job.isTerminated === true || job.isCancelled === true,
  });
  return failed === null ? null : { index, ...failed, exitCode, log: logStreamOf(job) };
}

/** Where the job's lines are; null when its container never ran. */
export function logStreamOf(job: Job): LogStream | null {
  // The attempt's name is the true one; the job's is known earlier, while it runs.
  const stream = lastAttempt(job)?.container?.logStreamName ?? job.container?.logStreamName;
  if (!stream) return null;
  return { group: job.container?.logConfiguration?.options?.['awslogs-group'] ?? defaultLogGroup, stream };
}

/** A time of AWS, which counts milliseconds; null when it names none. */
export function dateOrNull(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms);
}

function exitCodeOf(job: Job): number | null {
  return job.container?.exitCode ?? lastAttempt(job)?.container?.exitCode ?? null;
}

function lastAttempt(job: Job) {
  return job.attempts?.at(-1);
}
