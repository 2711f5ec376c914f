import { DescribeJobsCommand, type JobDetail } from '@aws-sdk/client-batch';
import { atMost } from '../aws/at-most.ts';
import { call } from '../aws/call.ts';
import type { BatchClients } from './clients.ts';

/** The most ids that one DescribeJobs takes. */
export const describeLimit = 100;

/** Requests at a time for one long list: DescribeJobs has no published rate, so it is left well alone. */
const requestsAtOnce = 4;

/** A job as AWS describes it, with what we rely on. */
export type Job = JobDetail & { jobId: string; jobName: string };

/** The jobs that AWS knows of these, by id, in requests of 100. */
export async function describeJobs(clients: BatchClients, jobIds: readonly string[]): Promise<Map<string, Job>> {
  const requests: string[][] = [];
  for (let from = 0; from < jobIds.length; from += describeLimit) {
    requests.push(jobIds.slice(from, from + describeLimit));
  }
  const answers = await atMost(requestsAtOnce, requests, (ids) => describeSome(clients, ids));
  return new Map(answers.flat().map((job) => [job.jobId, job]));
}

async function describeSome({ batch, callMs }: BatchClients, jobs: string[]): Promise<Job[]> {
  const of = { first: jobs[0] ?? '', count: jobs.length };
  const answer = await call({ operation: 'DescribeJobs', of, within: callMs }, (options) =>
    batch.send(new DescribeJobsCommand({ jobs }), options),
  );
  return (answer.jobs ?? []).filter(isWhole);
}

function isWhole(job: JobDetail): job is Job {
  return job.jobId !== undefined && job.jobName !== undefined;
}
