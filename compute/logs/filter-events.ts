import {
  type FilteredLogEvent,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { call } from '../aws/call.ts';
import type { LogClients } from './clients.ts';

/** The most events that one page holds. */
const pageLimit = 10_000;

/** Log events in order of time, page by page, until there are no more or `limit` of them. */
export async function filterEvents(
  { logs, callMs }: LogClients,
  query: Omit<FilterLogEventsCommandInput, 'nextToken' | 'limit' | 'logGroupName'> & { logGroupName: string },
  limit = Number.POSITIVE_INFINITY,
): Promise<FilteredLogEvent[]> {
  const events: FilteredLogEvent[] = [];
  let nextToken: string | undefined;
  do {
    const input = { ...query, nextToken, limit: Math.min(limit - events.length, pageLimit) };
    const of = { group: query.logGroupName };
    const page = await call({ operation: 'FilterLogEvents', of, within: callMs }, (options) =>
      logs.send(new FilterLogEventsCommand(input), options),
    );
    events.push(...(page.events ?? []));
    // Pages can be empty before the last one: AWS searches a part of the group for each.
    nextToken = page.nextToken;
  } while (nextToken && events.length < limit);
  return events;
}
