import { ECSClient } from '@aws-sdk/client-ecs';
import { type AwsPlace, clientConfig, logClients } from '../aws/clients.ts';
import { plain } from '../aws/plain.ts';
import { logTail } from '../logs/log-tail.ts';
import { outputs } from '../logs/outputs.ts';
import type { Compute, EcsRequest } from '../port.ts';
import type { EcsClients } from './clients.ts';
import { describe } from './describe.ts';
import { find } from './find.ts';
import { list, liveTags } from './list.ts';
import { logs, printed } from './logs.ts';
import { observeEvent } from './observe-event.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';
import { describeTasks } from './tasks.ts';

/** ECS and CloudWatch Logs of one region. Nothing is sent before the first call. */
export function createEcsCompute(place: AwsPlace): Compute<EcsRequest> {
  const clients: EcsClients = {
    ...logClients(place),
    ecs: new ECSClient(clientConfig(place)),
    definitions: new Map(),
  };
  return {
    start: (request) => start(clients, request),
    find: (request) => find(clients, request),
    describe: (externalIds) => describe(clients, externalIds),
    detail: async (externalId) => plain((await describeTasks(clients, [externalId])).get(externalId)),
    observeEvent,
    stop: (externalId, reason) => stop(clients, externalId, reason),
    list: (clusters, prefix) => list(clients, clusters, prefix),
    liveTags: (externalIds) => liveTags(clients, externalIds),
    outputs: (logGroup, attemptId, since) => outputs(clients, { logGroup, attemptId, since }),
    printed: (externalId) => printed(clients, externalId),
    logs: (externalId, logOptions) => logs(clients, externalId, logOptions),
    logTail: (stream, lines) => logTail(clients, stream, lines),
  };
}
