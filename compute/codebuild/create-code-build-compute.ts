import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { type AwsPlace, clientConfig, logClients } from '../aws/clients.ts';
import { plain } from '../aws/plain.ts';
import { logTail } from '../logs/log-tail.ts';
import { outputs } from '../logs/outputs.ts';
import type { CodeBuildRequest, Compute } from '../port.ts';
import { describeBuilds } from './builds.ts';
import type { CodeBuildClients } from './clients.ts';
import { describe } from './describe.ts';
import { find } from './find.ts';
import { list, liveTags } from './list.ts';
import { logs, printed } from './logs.ts';
import { observeEvent } from './observe-event.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';

/** CodeBuild and CloudWatch Logs of one region. Nothing is sent before the first call. */
export function createCodeBuildCompute(place: AwsPlace): Compute<CodeBuildRequest> {
  const clients: CodeBuildClients = { ...logClients(place), codeBuild: new CodeBuildClient(clientConfig(place)) };
  return {
    start: (request) => start(clients, request),
    find: (request) => find(clients, request),
    describe: (externalIds) => describe(clients, externalIds),
    detail: async (externalId) => plain((await describeBuilds(clients, [externalId])).get(externalId)),
    observeEvent,
    stop: (externalId) => stop(clients, externalId),
    list: (projects, prefix) => list(clients, projects, prefix),
    liveTags: (externalIds) => liveTags(clients, externalIds),
    outputs: (logGroup, attemptId, since) => outputs(clients, { logGroup, attemptId, since }),
    printed: (externalId) => printed(clients, externalId),
    logs: (externalId, logOptions) => logs(clients, externalId, logOptions),
    logTail: (stream, lines) => logTail(clients, stream, lines),
  };
}
