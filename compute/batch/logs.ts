import type { FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import type { LogLine, LogOptions, LogStream } from '../port.ts';
import { atMost } from './at-most.ts';
import { type AwsClients, isAwsError } from './call.ts';
import { describeJobs, type Job } from './describe-jobs.ts';
import { filterEvents } from './filter-events.ts';
import { logStreamOf } from './job-facts.ts';
import { readableLine } from './log-text.ts';

/** The most streams that one search takes. */
const streamsPerSearch = 100;

/** Searches at a time; CloudWatch Logs allows five a second in an account. */
const searchesAtOnce = 2;

/** The first lines of a job, or of the children of an array, merged by time. */
export async function logs(clients: AwsClients, jobId: string, options: LogOptions = {}): Promise<LogLine[]> {
  const limit = options.limit ?? 10_000;
  if (limit < 1) return [];
  const jobs = await jobsWithLogs(clients, jobId, options.shardIndex);
  const searches = inSearches(jobs.flatMap((job) => logStreamOf(job) ?? []));
  const since = Math.min(...jobs.map((job) => job.createdAt ?? 0));
  const found = await atMost(searchesAtOnce, searches, (search) => eventsOf(clients, { ...search, since, limit }));
  return found
    .flat()
    .sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0))
    .slice(0, limit)
    .map((event) => ({
      at: new Date(event.timestamp ?? 0),
      stream: event.logStreamName ?? '',
      message: readableLine(event.message ?? ''),
    }));
}

async function jobsWithLogs(clients: AwsClients, jobId: string, index: number | undefined): Promise<Job[]> {
  const job = (await describeJobs(clients, [jobId])).get(jobId);
  const size = job?.arrayProperties?.size;
  if (job === undefined || size === undefined) return job === undefined || (index ?? 0) !== 0 ? [] : [job];
  const indexes = index === undefined ? Array.from({ length: size }, (_, each) => each) : [index];
  const children = await describeJobs(
    clients,
    indexes.map((each) => `${jobId}:${each}`),
  );
  return [...children.values()];
}

interface Search {
  group: string;
  streams: string[];
}

function inSearches(streams: LogStream[]): Search[] {
  const searches: Search[] = [];
  for (const { group, stream } of streams) {
    const open = searches.findLast((search) => search.group === group && search.streams.length < streamsPerSearch);
    if (open) open.streams.push(stream);
    else searches.push({ group, streams: [stream] });
  }
  return searches;
}

async function eventsOf(
  clients: AwsClients,
  search: Search & { since: number; limit: number },
): Promise<FilteredLogEvent[]> {
  const { group, streams, since, limit } = search;
  const query = { logGroupName: group, logStreamNames: streams, startTime: since };
  try {
    return await filterEvents(clients, query, limit);
  } catch (error) {
    if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
    if (streams.length < 2) return [];
    // One stream that is not there yet fails the search of all: the halves find it.
    const half = streams.length >> 1;
    const first = await eventsOf(clients, { ...search, streams: streams.slice(0, half) });
    return [...first, ...(await eventsOf(clients, { ...search, streams: streams.slice(half) }))];
  }
}
