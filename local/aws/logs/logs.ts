import type {
  CreateLogGroupRequest,
  CreateLogStreamRequest,
  DescribeLogGroupsRequest,
  DescribeLogStreamsRequest,
  FilterLogEventsRequest,
  GetLogEventsRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import { type Account, arnOf } from '../account.ts';
import { AwsError, invalidParameter } from '../aws-error.ts';
import { pageOf } from '../paging.ts';
import { operation, type Service } from '../service.ts';
import { filterLogEvents, getLogEvents, groupOf, type LogReading } from './read-events.ts';
import type { LogGroup, LogStream } from './store.ts';

const maxDescribed = 50;

/** CloudWatch Logs over a store that the tasks write to. */
export function createLogsService(account: Account, reading: LogReading): Service {
  const { store } = reading;
  return {
    name: 'logs',
    operations: {
      CreateLogGroup: operation<CreateLogGroupRequest>((request) => {
        const name = request.logGroupName ?? '';
        if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) throw invalidParameter(`Not a log group name: ${name}`);
        if (store.groups.has(name)) throw alreadyExists('log group');
        store.ensureGroup(name);
        return {};
      }),
      CreateLogStream: operation<CreateLogStreamRequest>((request) => {
        const group = groupOf(store, request.logGroupName);
        if (group.streams.has(request.logStreamName ?? '')) throw alreadyExists('log stream');
        store.ensureStream(group, request.logStreamName ?? '');
        return {};
      }),
      GetLogEvents: operation<GetLogEventsRequest>((request) => getLogEvents(reading, request)),
      FilterLogEvents: operation<FilterLogEventsRequest>((request) => filterLogEvents(reading, request)),
      DescribeLogGroups: operation<DescribeLogGroupsRequest>((request) =>
        describeGroups(account, [...store.groups.values()], request),
      ),
      DescribeLogStreams: operation<DescribeLogStreamsRequest>((request) =>
        describeStreams(account, groupOf(store, request.logGroupName ?? request.logGroupIdentifier), request),
      ),
    },
    troubles: {
      throttled: { code: 'ThrottlingException', status: 400 },
      failed: { code: 'ServiceUnavailableException', status: 503 },
      denied: { code: 'AccessDeniedException', status: 400 },
    },
  };
}

function alreadyExists(what: string): AwsError {
  return new AwsError('ResourceAlreadyExistsException', `The specified ${what} already exists`);
}

function describeGroups(account: Account, groups: LogGroup[], request: DescribeLogGroupsRequest): object {
  const fitting = groups
    .filter((group) => group.name.startsWith(request.logGroupNamePrefix ?? ''))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const page = pageOf(fitting, pageRequest(request), (group) => group.name);
  if (!page) throw invalidParameter('The specified nextToken is invalid.');
  const logGroups = page.items.map((group) => ({
    logGroupName: group.name,
    creationTime: group.createdAt,
    arn: `${arnOf(account, 'logs', `log-group:${group.name}`)}:*`,
    logGroupArn: arnOf(account, 'logs', `log-group:${group.name}`),
    metricFilterCount: 0,
    storedBytes: 0,
  }));
  return { logGroups, nextToken: page.nextToken };
}

function describeStreams(account: Account, group: LogGroup, request: DescribeLogStreamsRequest): object {
  const { logStreamNamePrefix: prefix, orderBy = 'LogStreamName' } = request;
  if (prefix !== undefined && orderBy === 'LastEventTime') {
    throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const fitting = [...group.streams.values()]
    .filter((stream) => stream.name.startsWith(prefix ?? ''))
    .sort(orderBy === 'LastEventTime' ? byLastEvent : byName);
  if (request.descending) fitting.reverse();
  const page = pageOf(fitting, pageRequest(request), (stream) => stream.name);
  if (!page) throw invalidParameter('The specified nextToken is invalid.');
  const logStreams = page.items.map((stream) => ({
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    firstEventTimestamp: stream.events[0]?.timestamp,
    lastEventTimestamp: stream.events.at(-1)?.timestamp,
    lastIngestionTime: stream.events.at(-1)?.ingestionTime,
    arn: arnOf(account, 'logs', `log-group:${group.name}:log-stream:${stream.name}`),
    storedBytes: 0,
  }));
  return { logStreams, nextToken: page.nextToken };
}

function pageRequest(request: { limit?: number | undefined; nextToken?: string | undefined }) {
  const size = request.limit ?? maxDescribed;
  if (size < 1 || size > maxDescribed)
    throw invalidParameter(`limit must be between 1 and ${maxDescribed}, got ${size}.`);
  return { size, token: request.nextToken };
}

function byName(left: LogStream, right: LogStream): number {
  return left.name < right.name ? -1 : 1;
}

function byLastEvent(left: LogStream, right: LogStream): number {
  return (left.events.at(-1)?.timestamp ?? 0) - (right.events.at(-1)?.timestamp ?? 0);
}
