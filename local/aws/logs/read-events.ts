import type { FilterLogEventsRequest, GetLogEventsRequest } from '@aws-sdk/client-cloudwatch-logs';
import { AwsError, invalidParameter } from '../aws-error.ts';
import { compileFilterPattern } from './filter-pattern.ts';
import type { LogEvent, LogGroup, LogStore, LogStream } from './store.ts';

/** An answer holds at most so many events, and so many bytes. */
const maxEvents = 10_000;
const maxAnswerBytes = 1_048_576;
/** What AWS counts for an event besides its message. */
const eventOverheadBytes = 26;

/** What reading needs: the store, and how late events become readable. */
export interface LogReading {
  store: LogStore;
  lagMs(): number;
}

/** GetLogEvents: one stream, by tokens that go forward and backward; the token of an end leads to itself. */
export function getLogEvents(reading: LogReading, request: GetLogEventsRequest): object {
  const group = groupOf(reading.store, request.logGroupName ?? request.logGroupIdentifier);
  const { events } = streamOf(group, request.logStreamName);
  const limit = limitOf(request.limit);
  const first = lowerBound(events, request.startTime ?? 0);
  const last = Math.max(first, Math.min(readableEnd(reading, events), lowerBound(events, request.endTime ?? Infinity)));
  const token = parseToken(request.nextToken);
  const isForward = token?.direction === 'f' || (token === undefined && request.startFromHead === true);

  const from = Math.max(first, Math.min(token?.position ?? (isForward ? first : last), last));
  const page = isForward
    ? takeForward(events.slice(from, last), limit)
    : takeBackward(events.slice(first, from), limit);
  const start = isForward ? from : from - page.length;
  return {
    events: page.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
    nextForwardToken: `f/${start + page.length}`,
    nextBackwardToken: `b/${start}`,
  };
}

/** FilterLogEvents: events of many streams in order of time. */
export function filterLogEvents(reading: LogReading, request: FilterLogEventsRequest): object {
  const group = groupOf(reading.store, request.logGroupName ?? request.logGroupIdentifier);
  const isMatch = compileFilterPattern(request.filterPattern);
  const limit = limitOf(request.limit);
  const { events, isInStream } = selectStreams(group, request);
  const start =
    request.nextToken === undefined
      ? lowerBound(events, request.startTime ?? 0)
      : eventPosition(events, request.nextToken);
  const end = Math.min(readableEnd(reading, events), lowerBound(events, (request.endTime ?? Infinity) + 1));

  const found: LogEvent[] = [];
  let bytes = 0;
  for (let position = start; position < end; position += 1) {
    const event = events[position];
    if (!event || !isInStream(event) || !isMatch(event.message)) continue;
    bytes += sizeOf(event);
    if (found.length === limit || (found.length > 0 && bytes > maxAnswerBytes)) {
      return { events: found, searchedLogStreams: [], nextToken: event.eventId };
    }
    found.push(event);
  }
  return { events: found, searchedLogStreams: [] };
}

/** The group of a name or an ARN. Throws ResourceNotFoundException. */
export function groupOf(store: LogStore, nameOrArn: string | undefined): LogGroup {
  const name = nameOrArn?.startsWith('arn:') ? nameOrArn.split(':')[6] : nameOrArn;
  const group = store.groups.get(name ?? '');
  if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  return group;
}

function streamOf(group: LogGroup, name: string | undefined): LogStream {
  const stream = group.streams.get(name ?? '');
  if (!stream) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  return stream;
}

function selectStreams(group: LogGroup, request: FilterLogEventsRequest) {
  const { logStreamNames: names, logStreamNamePrefix: prefix } = request;
  if (names && prefix !== undefined)
    throw invalidParameter('Only one of logStreamNames and logStreamNamePrefix can be given.');
  if (prefix !== undefined)
    return { events: group.events, isInStream: (event: LogEvent) => event.logStreamName.startsWith(prefix) };
  if (!names) return { events: group.events, isInStream: () => true };
  if (names.length < 1 || names.length > 100) throw invalidParameter('logStreamNames must have 1 to 100 members.');
  const streams = names.map((name) => streamOf(group, name));
  const [only] = streams;
  if (only && streams.length === 1) return { events: only.events, isInStream: () => true };
  const wanted = new Set(names);
  return { events: group.events, isInStream: (event: LogEvent) => wanted.has(event.logStreamName) };
}

function limitOf(limit: number | undefined): number {
  if (limit === undefined) return maxEvents;
  if (limit < 1 || limit > maxEvents) throw invalidParameter(`limit must be between 1 and ${maxEvents}, got ${limit}.`);
  return limit;
}

function readableEnd(reading: LogReading, events: LogEvent[]): number {
  const lagMs = reading.lagMs();
  return lagMs === 0 ? events.length : lowerBound(events, Date.now() - lagMs + 1);
}

/** Position of the first event that is not older than `timestamp`. */
function lowerBound(events: LogEvent[], timestamp: number): number {
  return search(events, (event) => event.timestamp < timestamp);
}

function eventPosition(events: LogEvent[], eventId: string): number {
  const position = search(events, (event) => event.eventId < eventId);
  if (!/^\d{56}$/.test(eventId)) throw invalidParameter('The specified nextToken is invalid.');
  return position;
}

function search(events: LogEvent[], isBefore: (event: LogEvent) => boolean): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const event = events[middle];
    if (event && isBefore(event)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function takeForward(events: LogEvent[], limit: number): LogEvent[] {
  let bytes = 0;
  const end = events.slice(0, limit).findIndex((event, position) => {
    bytes += sizeOf(event);
    return position > 0 && bytes > maxAnswerBytes;
  });
  return events.slice(0, end === -1 ? limit : end);
}

function takeBackward(events: LogEvent[], limit: number): LogEvent[] {
  return takeForward(events.slice(-limit).reverse(), limit).reverse();
}

function sizeOf(event: LogEvent): number {
  return event.message.length + eventOverheadBytes;
}

function parseToken(token: string | undefined): { direction: string; position: number } | undefined {
  if (token === undefined) return undefined;
  const parsed = /^([fb])\/(\d+)$/.exec(token);
  if (!parsed) throw invalidParameter('The specified nextToken is invalid.');
  return { direction: parsed[1] ?? '', position: Number(parsed[2]) };
}
