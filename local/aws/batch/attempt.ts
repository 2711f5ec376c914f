import { constants } from 'node:os';
import type { ProcessEnd } from '../process.ts';
import { isRetried } from './evaluate-on-exit.ts';
import type { ContainerOutcome, EndRequest, Job } from './job.ts';
import { limits } from './rules.ts';

/** How an attempt ended, in the words of Batch. */
export interface AttemptEnd {
  isSuccess: boolean;
  /** False for ends that Batch never retries, whatever the strategy says. */
  isRetryable: boolean;
  exitCode: number | undefined;
  /** Of the container. */
  reason: string | undefined;
  statusReason: string;
}

/** Status reasons, word for word: Nightshift's failure classes match them by their beginnings. */
export const statusReasons = {
  exited: 'Essential container in task exited',
  timeout: 'Job attempt duration exceeded timeout',
  spot: 'Your Spot Task was interrupted.',
  notStarted: 'Task failed to start',
  overridesTooLong: 'Container Overrides length must be at most 8192',
  tooManyTags: 'Tags on the job and its definition total more than 50',
  capacity: 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - The compute environment has no capacity for the job',
} as const;

/** What a container that used more memory than it may is said to have died of. */
export const memoryReason = 'OutOfMemoryError: Container killed due to memory usage';

/** The end of an attempt whose process ran. */
export function processEnd(end: ProcessEnd, request: EndRequest | undefined): AttemptEnd {
  const exitCode = end.exitCode ?? 128 + (end.signal ? constants.signals[end.signal] : 0);
  const common = { exitCode, reason: undefined, isSuccess: exitCode === 0, isRetryable: true };
  switch (request?.by) {
    case 'terminate':
    case 'cancel':
    case 'timeout':
    case 'main':
      return { ...common, isSuccess: false, isRetryable: false, statusReason: request.reason };
    case 'spot':
      // A task that answers the reclaim's SIGTERM with exit 0 counts as succeeded: so it does on AWS.
      return { ...common, statusReason: request.reason };
    case 'memory':
      return { ...common, reason: request.reason, statusReason: statusReasons.exited };
    case undefined:
      return {
        ...common,
        ...(end.outOfMemory === true ? { reason: memoryReason } : {}),
        statusReason: statusReasons.exited,
      };
  }
}

/** The end of an attempt that never had a process. */
export function startFailure(statusReason: string, options: { reason?: string; isRetryable: boolean }): AttemptEnd {
  const reason = options.reason?.slice(0, limits.containerReason);
  return { isSuccess: false, isRetryable: options.isRetryable, exitCode: undefined, reason, statusReason };
}

/** Writes the end into the job and says what follows; the caller moves the job. */
export function recordAttempt(job: Job, end: AttemptEnd): 'succeeded' | 'failed' | 'retried' {
  const stoppedAt = Date.now();
  const container: ContainerOutcome = { ...job.outcome, exitCode: end.exitCode, reason: end.reason };
  job.outcome = container;
  job.attempts.push({ container, startedAt: job.startedAt, stoppedAt, statusReason: end.statusReason });
  job.stoppedAt = stoppedAt;
  if (end.isSuccess) return 'succeeded';
  return end.isRetryable && isRetried(job.plan.retryStrategy, end, job.attempts.length) ? 'retried' : 'failed';
}
