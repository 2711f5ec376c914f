import type {
  CreateLogGroupRequest,
  CreateLogStreamRequest,
  DescribeLogStreamsRequest,
  FilterLogEventsRequest,
  GetLogEventsRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Account } from '../account.ts';
import { type ActionTable, arnFor, ask, row, withoutResource } from './asked.ts';

/** CloudWatch Logs: some actions are asked of the group, others of a stream in it. */
export const logsActions: ActionTable = {
  CreateLogGroup: row<CreateLogGroupRequest>(({ logGroupName }, { account }) =>
    ask('logs:CreateLogGroup', [groupArn(account, logGroupName)]),
  ),
  CreateLogStream: row<CreateLogStreamRequest>(({ logGroupName, logStreamName }, { account }) =>
    ask('logs:CreateLogStream', [logStreamArn(account, logGroupName ?? '', logStreamName ?? '')]),
  ),
  GetLogEvents: row<GetLogEventsRequest>(({ logGroupIdentifier, logGroupName, logStreamName }, { account }) =>
    ask('logs:GetLogEvents', [logStreamArn(account, logGroupName ?? logGroupIdentifier ?? '', logStreamName ?? '')]),
  ),
  FilterLogEvents: row<FilterLogEventsRequest>(({ logGroupIdentifier, logGroupName }, { account }) =>
    ask('logs:FilterLogEvents', [groupArn(account, logGroupName ?? logGroupIdentifier)]),
  ),
  DescribeLogGroups: withoutResource('logs:DescribeLogGroups'),
  DescribeLogStreams: row<DescribeLogStreamsRequest>(({ logGroupIdentifier, logGroupName }, { account }) =>
    ask('logs:DescribeLogStreams', [groupArn(account, logGroupName ?? logGroupIdentifier)]),
  ),
};

/** CloudWatch: its metrics are no resources, the namespace is a condition key. */
export const cloudWatchActions: ActionTable = {
  PutMetricData: row<{ Namespace?: string }>(({ Namespace = '' }) =>
    ask('cloudwatch:PutMetricData', ['*'], { 'cloudwatch:namespace': Namespace }),
  ),
};

/** S3, by bucket and key. */
export const s3Actions: ActionTable = {
  CreateBucket: row<InBucket>((request) => ask('s3:CreateBucket', [bucketArn(request)])),
  PutObject: row<InBucket>((request) => ask('s3:PutObject', [objectArn(request)])),
  GetObject: row<InBucket>((request) => ask('s3:GetObject', [objectArn(request)])),
  // Has no action of its own. Source: S3, HeadObject, permissions.
  HeadObject: row<InBucket>((request) => ask('s3:GetObject', [objectArn(request)])),
  DeleteObject: row<InBucket>((request) => ask('s3:DeleteObject', [objectArn(request)])),
  ListObjectsV2: row<InBucket>((request) =>
    ask('s3:ListBucket', [bucketArn(request)], { 's3:prefix': request.prefix ?? '' }),
  ),
};

/** Secrets Manager. */
export const secretsActions: ActionTable = {
  GetSecretValue: row<{ SecretId?: string }>(({ SecretId = '' }, { secretArn }) =>
    ask('secretsmanager:GetSecretValue', [secretArn(SecretId)]),
  ),
  CreateSecret: row<{ Name?: string }>(({ Name = '' }, { secretArn }) =>
    ask('secretsmanager:CreateSecret', [secretArn(Name)]),
  ),
  PutSecretValue: row<{ SecretId?: string }>(({ SecretId = '' }, { secretArn }) =>
    ask('secretsmanager:PutSecretValue', [secretArn(SecretId)]),
  ),
};

/** The ARN of a stream of a log group. */
export function logStreamArn(account: Account, group: string, stream: string): string {
  return `${groupArn(account, group)}:log-stream:${stream}`;
}

interface InBucket {
  Bucket?: string;
  Key?: string;
  prefix?: string;
}

function groupArn(account: Account, nameOrArn: string | undefined): string {
  return arnFor(account, ['logs', 'log-group:'], nameOrArn);
}

function bucketArn({ Bucket = '' }: InBucket): string {
  return `arn:aws:s3:::${Bucket}`;
}

function objectArn(request: InBucket): string {
  return `${bucketArn(request)}/${request.Key ?? ''}`;
}
