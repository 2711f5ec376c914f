import type { FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { atMost } from '../aws/at-most.ts';
import { isAwsError } from '../aws/call.ts';
import type { LogLine, LogStream } from '../port.ts';
import type { LogClients } from './clients.ts';
import { filterEvents } from './filter-events.ts';
import { readableLine } from './log-text.ts';

/** The most streams that one search takes. */
const streamsPerSearch = 100;

/** Searches at a time; CloudWatch Logs allows five a second in an account. */
const searchesAtOnce = 2;

/** The first events of these streams, merged by time. A stream that is not there yet has none. */
export async function readStreams(
  clients: LogClients,
  streams: LogStream[],
  { since, limit }: { since: number; limit: number },
): Promise<FilteredLogEvent[]> {
  const found = await atMost(searchesAtOnce, inSearches(streams), (search) =>
    eventsOf(clients, { ...search, since, limit }),
  );
  return found
    .flat()
    .sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0))
    .slice(0, limit);
}

/** Events as people read them. */
export function asLines(events: FilteredLogEvent[]): LogLine[] {
  return events.map((event) => ({
    at: new Date(event.timestamp ?? 0),
    stream: event.logStreamName ?? '',
    message: readableLine(event.message ?? ''),
  }));
}

/** All that was printed to each of these streams, by stream; without those that are empty. */
export async function readWhole(
  clients: LogClients,
  streams: LogStream[],
  since: number,
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const event of await readStreams(clients, streams, { since, limit: Number.POSITIVE_INFINITY })) {
    const stream = event.logStreamName ?? '';
    const before = texts.get(stream);
    texts.set(stream, before === undefined ? (event.message ?? '') : `${before}\n${event.message ?? ''}`);
  }
  return texts;
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
  clients: LogClients,
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
