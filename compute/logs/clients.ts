import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';

/** CloudWatch Logs, and how long an answer may take. */
export interface LogClients {
  logs: CloudWatchLogsClient;
  /** Longest time of one request in all, in milliseconds. */
  callMs: number;
}
