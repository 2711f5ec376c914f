import { isAwsError } from '../aws/call.ts';
import type { OutputLine } from '../port.ts';
import type { LogClients } from './clients.ts';
import { filterEvents } from './filter-events.ts';
import { readOutputLine } from './output-line.ts';

/** A host's clock, which stamps the lines, may be behind ours. */
const clockSlackMs = 60_000;

/**
 * The output lines of an attempt, oldest first, with one search over the log group whatever the number of shards.
 * A group that is not there yet has no lines.
 */
export async function outputs(
  clients: LogClients,
  wanted: { logGroup: string; attemptId: string; since: Date },
): Promise<OutputLine[]> {
  const { logGroup, attemptId, since } = wanted;
  const query = {
    logGroupName: logGroup,
    filterPattern: outputPattern(attemptId),
    startTime: Math.max(0, since.getTime() - clockSlackMs),
  };
  const events = await filterEvents(clients, query).catch((error: unknown) => {
    if (isAwsError(error, 'ResourceNotFoundException')) return [];
    throw error;
  });
  return events.flatMap((event) => readOutputLine(event.message ?? '', attemptId) ?? []);
}

function outputPattern(attemptId: string): string {
  if (!/^[a-z0-9-]+$/.test(attemptId)) {
    throw new TypeError(`An attempt id has lower-case letters, digits and "-", got ${JSON.stringify(attemptId)}`);
  }
  return `{ ($.nightshift.attempt = "${attemptId}") && ($.nightshift.progress NOT EXISTS) }`;
}
