import { BatchClient, type BatchClientConfig } from '@aws-sdk/client-batch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { Compute } from '../port.ts';
import type { AwsClients } from './call.ts';
import { describe } from './describe.ts';
import { find } from './find.ts';
import { list, liveTags } from './list.ts';
import { logTail } from './log-tail.ts';
import { logs } from './logs.ts';
import { observeEvent } from './observe-event.ts';
import { outputs } from './outputs.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';

/** Where AWS Batch is, and how long its answers may take. */
export interface BatchComputeOptions {
  region: string;
  /** Address of both services. Default: AWS's own. */
  endpoint?: string;
  /** Default: the SDK's chain (environment, profile, role). */
  credentials?: NonNullable<BatchClientConfig['credentials']>;
  timings?: {
    /** Longest time of one request in all, in milliseconds. Default 10 000; a submit claim counts on it. */
    callMs?: number;
  };
}

/** AWS Batch and CloudWatch Logs of one region. Nothing is sent before the first call. */
export function createBatchCompute(options: BatchComputeOptions): Compute {
  const clients = createClients(options);
  return {
    start: (request) => start(clients, request),
    find: (request) => find(clients, request),
    describe: (externalIds) => describe(clients, externalIds),
    observeEvent,
    stop: (externalId, reason) => stop(clients, externalId, reason),
    list: (queues, prefix) => list(clients, queues, prefix),
    liveTags: (externalIds) => liveTags(clients, externalIds),
    outputs: (logGroup, attemptId, since) => outputs(clients, { logGroup, attemptId, since }),
    logs: (externalId, logOptions) => logs(clients, externalId, logOptions),
    logTail: (stream, lines) => logTail(clients, stream, lines),
  };
}

function createClients(options: BatchComputeOptions): AwsClients {
  const config = {
    region: options.region,
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    // The SDK's own retry would submit twice when an answer is lost.
    maxAttempts: 1,
  };
  return {
    batch: new BatchClient(config),
    logs: new CloudWatchLogsClient(config),
    callMs: options.timings?.callMs ?? 10_000,
  };
}
