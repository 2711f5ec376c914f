import type { JobStatus } from '@aws-sdk/client-batch';
import type { Listed } from '../port.ts';
import type { BatchClients } from './clients.ts';
import { describeJobs } from './describe-jobs.ts';
import { hasEnded } from './job-facts.ts';
import { listJobs } from './list-jobs.ts';

const liveStatuses: JobStatus[] = ['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING'];

/**
 * Live jobs of these queues whose name begins with the prefix, array parents and single jobs. By status, because the
 * filter by name would also bring everything that ended in the last week.
 */
export async function list(clients: BatchClients, queues: string[], prefix: string): Promise<Listed[]> {
  // A job that moves on while we list is seen in two states, or in none: then the next sweep sees it.
  const found = new Map<string, Listed>();
  for (const jobQueue of queues) {
    for (const jobStatus of liveStatuses) {
      const listed = await listJobs(clients, { jobQueue, jobStatus });
      for (const { jobId, jobName, createdAt } of listed) {
        if (jobId === undefined || !jobName?.startsWith(prefix)) continue;
        found.set(jobId, { externalId: jobId, name: jobName, createdAt: new Date(createdAt ?? 0) });
      }
    }
  }
  return [...found.values()];
}

/** The tags of the jobs that have not ended, by id: the listing carries none, and may be behind. */
export async function liveTags(clients: BatchClients, ids: string[]): Promise<Map<string, Record<string, string>>> {
  const jobs = await describeJobs(clients, ids);
  return new Map([...jobs.values()].filter((job) => !hasEnded(job)).map((job) => [job.jobId, { ...job.tags }]));
}
