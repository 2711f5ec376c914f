import type { Observation } from '../port.ts';
import type { Job } from './describe-jobs.ts';
import { dateOrNull, failureOf, hasEnded } from './job-facts.ts';

/**
 * How a job ended by the words of its "Batch Job State Change" event, whose detail resembles a described job. Only for
 * when AWS has forgotten the job. Null when the event is of another job, of no end, or of a failed array: its children,
 * which it does not name, may have succeeded.
 */
export function observeEvent(event: unknown, externalId: string): Observation | null {
  const detail = (event as { detail?: unknown } | null)?.detail;
  if (typeof detail !== 'object' || detail === null) return null;
  const job = detail as Job;
  if (job.jobId !== externalId || !hasEnded(job)) return null;
  const failure = failureOf(job, 0);
  if (failure !== null && job.arrayProperties?.size !== undefined) return null;
  const endedAt = dateOrNull(job.stoppedAt) ?? new Date();
  return {
    status: 'ended',
    startedAt: dateOrNull(job.startedAt),
    endedAt,
    failures: failure === null ? [] : [failure],
  };
}
