import { type JobSummary, ListJobsCommand, type ListJobsCommandInput } from '@aws-sdk/client-batch';
import { call, type Subject } from '../aws/call.ts';
import type { BatchClients } from './clients.ts';

/** All pages of a listing. It lags: what is missing may be there, and states may be old. */
export async function listJobs(
  { batch, callMs }: BatchClients,
  query: Omit<ListJobsCommandInput, 'nextToken'>,
): Promise<JobSummary[]> {
  const found: JobSummary[] = [];
  let nextToken: string | undefined;
  do {
    const page = await call({ operation: 'ListJobs', of: subject(query), within: callMs }, (options) =>
      batch.send(new ListJobsCommand({ ...query, nextToken }), options),
    );
    found.push(...(page.jobSummaryList ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return found;
}

function subject(query: ListJobsCommandInput): Subject {
  return {
    ...(query.jobQueue === undefined ? {} : { queue: query.jobQueue }),
    ...(query.arrayJobId === undefined ? {} : { array: query.arrayJobId }),
    ...(query.jobStatus === undefined ? {} : { status: query.jobStatus }),
    ...(query.filters === undefined ? {} : { name: query.filters.flatMap((filter) => filter.values ?? []).join(' ') }),
  };
}
