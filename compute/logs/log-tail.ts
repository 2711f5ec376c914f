import { GetLogEventsCommand, type GetLogEventsCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import { call, isAwsError } from '../aws/call.ts';
import type { LogStream } from '../port.ts';
import type { LogClients } from './clients.ts';
import { readableLine } from './log-text.ts';

/** AWS may answer with fewer events than asked for, or none; it is asked again so many times in all. */
const maxPages = 5;

/** The last lines of a stream, oldest first; empty when the stream is not there. */
export async function logTail(clients: LogClients, stream: LogStream, lines: number): Promise<string[]> {
  let tail: string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < maxPages && tail.length < lines; page += 1) {
    const answer = await getEvents(clients, stream, { limit: lines - tail.length, nextToken });
    tail = [...(answer.events ?? []).map((event) => readableLine(event.message ?? '')), ...tail];
    // The token of the page itself comes back when there is nothing before it.
    if (!answer.nextBackwardToken || answer.nextBackwardToken === nextToken) break;
    nextToken = answer.nextBackwardToken;
  }
  return tail.slice(-lines);
}

async function getEvents(
  { logs, callMs }: LogClients,
  { group, stream }: LogStream,
  page: Pick<GetLogEventsCommandInput, 'limit' | 'nextToken'>,
) {
  const input = { logGroupName: group, logStreamName: stream, startFromHead: false, ...page };
  try {
    return await call({ operation: 'GetLogEvents', of: { group, stream }, within: callMs }, (options) =>
      logs.send(new GetLogEventsCommand(input), options),
    );
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return { events: [], nextBackwardToken: undefined };
    throw error;
  }
}
