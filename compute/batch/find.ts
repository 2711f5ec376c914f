import { type BatchRequest, tagNames } from '../port.ts';
import type { BatchClients } from './clients.ts';
import { describeJobs } from './describe-jobs.ts';
import { listJobs } from './list-jobs.ts';

/** Ids of the jobs that this request has made, in any state, oldest first. Listing lags: empty is no proof. */
export async function find(clients: BatchClients, request: BatchRequest): Promise<string[]> {
  const filters = [{ name: 'JOB_NAME', values: [request.name] }];
  const listed = await listJobs(clients, { jobQueue: request.queue, filters });
  // The filter ignores case, and names are not unique: the tag decides.
  const named = listed.filter((job) => job.jobName === request.name).flatMap((job) => job.jobId ?? []);
  const jobs = await describeJobs(clients, named);
  return [...jobs.values()]
    .filter((job) => job.tags?.[tagNames.attempt] === request.tags[tagNames.attempt])
    .sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0))
    .map((job) => job.jobId);
}
