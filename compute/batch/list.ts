import type { JobStatus } from '@aws-sdk/client-batch';
import type { Listed } from '../port.ts';
import type { AwsClients } from './call.ts';
import { describeJobs } from './describe-jobs.ts';
import { hasEnded } from './job-facts.ts';
import { listJobs } from './list-jobs.ts';

const liveStatuses: JobStatus[] = ['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING'];

/**
 * Live jobs of these queues whose name begins with the prefix, array parents and single jobs. By status, because the
 * filter by name would also bring everything that ended in the last week.
 */
export async function list(clients: AwsClients, queues: string[], prefix: string): Promise<Listed[]> {
  // A job that moves on while we list is seen in two states, or in none: then the next sweep sees it.
  const ids = new Set<string>();
  for (const jobQueue of queues) {
    for (const jobStatus of liveStatuses) {
      const listed = await listJobs(clients, { jobQueue, jobStatus });
      const ours = listed.filter((job) => job.jobName?.startsWith(prefix));
      for (const { jobId } of ours) if (jobId) ids.add(jobId);
    }
  }
  const jobs = await describeJobs(clients, [...ids]);
  return [...jobs.values()]
    .filter((job) => !hasEnded(job))
    .map((job) => ({
      externalId: job.jobId,
      name: job.jobName,
      createdAt: new Date(job.createdAt ?? 0),
      tags: { ...job.tags },
    }));
}
