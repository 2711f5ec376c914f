import { CloudWatchLogsClient, type CloudWatchLogsClientConfig } from '@aws-sdk/client-cloudwatch-logs';
import type { LogClients } from '../logs/clients.ts';

/** Where AWS is, and how long its answers may take. */
export interface AwsPlace {
  region: string;
  /** Address of all services. Default: AWS's own. */
  endpoint?: string;
  /** Default: the SDK's chain (environment, profile, role). */
  credentials?: NonNullable<CloudWatchLogsClientConfig['credentials']>;
  timings?: {
    /** Longest time of one request in all, in milliseconds. Default 10 000; a submit claim counts on it. */
    callMs?: number;
  };
}

/** What every client of a place is made with. */
export function clientConfig(place: AwsPlace) {
  return {
    region: place.region,
    ...(place.endpoint === undefined ? {} : { endpoint: place.endpoint }),
    ...(place.credentials === undefined ? {} : { credentials: place.credentials }),
    // The SDK's own retry would submit twice when an answer is lost.
    maxAttempts: 1,
  };
}

/** CloudWatch Logs of a place. */
export function logClients(place: AwsPlace): LogClients {
  return { logs: new CloudWatchLogsClient(clientConfig(place)), callMs: place.timings?.callMs ?? 10_000 };
}
