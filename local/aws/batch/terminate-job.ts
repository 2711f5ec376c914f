import type { CancelJobRequest, TerminateJobRequest } from '@aws-sdk/client-batch';
import { clientException } from '../aws-error.ts';
import { settleParent } from './array.ts';
import { type EndRequest, hasEnded, type Job } from './job.ts';
import type { JobStore } from './job-store.ts';
import { limits } from './rules.ts';
import type { Runner } from './runner.ts';

/** What ending jobs works on. */
export interface Ending {
  jobs: JobStore;
  runner: Pick<Runner, 'end'>;
}

/** Ends a job in whatever state it is; an array's children with it. Jobs that have ended, or are unknown, are left alone. */
export function terminateJob(ending: Ending, request: TerminateJobRequest): object {
  const job = findJob(ending, request);
  if (job && !hasEnded(job)) {
    const what = { by: 'terminate', reason: request.reason ?? '' } as const;
    endEach(job, what, (one) => endOne(ending, one, what));
  }
  return {};
}

/** Ends a job that has not been started; on one that is STARTING or RUNNING it does nothing, and says nothing. */
export function cancelJob(ending: Ending, request: CancelJobRequest): object {
  const job = findJob(ending, request);
  if (job && !hasEnded(job)) {
    const what = { by: 'cancel', reason: request.reason ?? '' } as const;
    endEach(job, what, (one) => {
      if (!isInContainer(one)) endOne(ending, one, what);
    });
  }
  return {};
}

function findJob(
  ending: Ending,
  request: { jobId?: string | undefined; reason?: string | undefined },
): Job | undefined {
  if (!request.jobId) throw clientException('jobId must not be empty.');
  if (!request.reason) throw clientException('reason must not be empty.');
  if (request.reason.length > limits.terminateReason) {
    throw clientException(`reason must be at most ${limits.terminateReason} characters, got ${request.reason.length}.`);
  }
  return ending.jobs.get(request.jobId);
}

/** A parent's end is that of its last child. */
function endEach(job: Job, request: EndRequest, end: (job: Job) => void): void {
  if (!job.array) {
    end(job);
    return;
  }
  job.endRequest ??= request;
  for (const child of job.array.children) if (!hasEnded(child)) end(child);
}

function endOne(ending: Ending, job: Job, request: EndRequest): void {
  if (isInContainer(job)) {
    ending.runner.end(job, request);
    return;
  }
  job.endRequest = request;
  job.stoppedAt = Date.now();
  ending.jobs.move(job, 'FAILED', request.reason);
  settleParent(job, ending.jobs);
}

function isInContainer(job: Job): boolean {
  return job.status === 'STARTING' || job.status === 'RUNNING';
}
