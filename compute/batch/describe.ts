import { atMost } from '../aws/at-most.ts';
import type { Observation } from '../port.ts';
import type { BatchClients } from './clients.ts';
import { describeJobs, describeLimit, type Job } from './describe-jobs.ts';
import { dateOrNull, failureOf, hasEnded, isQueued } from './job-facts.ts';
import { observeEndedArray } from './observe-array.ts';

/** Ended arrays looked into at a time. */
const arraysAtOnce = 4;

/**
 * What AWS says of these jobs, with one request for all and a few more for each array that has ended.
 * @throws RangeError for more than 100 ids.
 */
export async function describe(clients: BatchClients, jobIds: readonly string[]): Promise<Map<string, Observation>> {
  if (jobIds.length > describeLimit) {
    throw new RangeError(`At most ${describeLimit} jobs can be described at once, got ${jobIds.length}`);
  }
  const jobs = await describeJobs(clients, jobIds);
  const observed = await atMost(arraysAtOnce, [...jobs.values()], async (job) => {
    return [job.jobId, await observe(clients, job)] as const;
  });
  return new Map(observed);
}

async function observe(clients: BatchClients, job: Job): Promise<Observation> {
  const startedAt = dateOrNull(job.startedAt);
  if (!hasEnded(job)) return { status: 'live', startedAt, queued: isQueued(job) };
  const size = job.arrayProperties?.size;
  if (size !== undefined) return observeEndedArray(clients, job, size);
  const failure = failureOf(job, 0);
  const endedAt = dateOrNull(job.stoppedAt) ?? new Date();
  return { status: 'ended', startedAt, endedAt, failures: failure === null ? [] : [failure] };
}
