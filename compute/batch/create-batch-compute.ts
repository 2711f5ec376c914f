import { BatchClient } from '@aws-sdk/client-batch';
import { type AwsPlace, clientConfig, logClients } from '../aws/clients.ts';
import { plain } from '../aws/plain.ts';
import { logTail } from '../logs/log-tail.ts';
import { outputs } from '../logs/outputs.ts';
import type { BatchRequest, Compute } from '../port.ts';
import type { BatchClients } from './clients.ts';
import { describe } from './describe.ts';
import { describeJobs } from './describe-jobs.ts';
import { find } from './find.ts';
import { list, liveTags } from './list.ts';
import { logs, printed } from './logs.ts';
import { observeEvent } from './observe-event.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';

/** AWS Batch and CloudWatch Logs of one region. Nothing is sent before the first call. */
export function createBatchCompute(place: AwsPlace): Compute<BatchRequest> {
  const clients: BatchClients = { ...logClients(place), batch: new BatchClient(clientConfig(place)) };
  return {
    start: (request) => start(clients, request),
    find: (request) => find(clients, request),
    describe: (externalIds) => describe(clients, externalIds),
    detail: async (externalId) => plain((await describeJobs(clients, [externalId])).get(externalId)),
    observeEvent,
    stop: (externalId, reason) => stop(clients, externalId, reason),
    list: (queues, prefix) => list(clients, queues, prefix),
    liveTags: (externalIds) => liveTags(clients, externalIds),
    outputs: (logGroup, attemptId, since) => outputs(clients, { logGroup, attemptId, since }),
    printed: (externalId, indexes) => printed(clients, externalId, indexes),
    logs: (externalId, logOptions) => logs(clients, externalId, logOptions),
    logTail: (stream, lines) => logTail(clients, stream, lines),
  };
}
