import { StartBuildCommand, type StartBuildCommandInput } from '@aws-sdk/client-codebuild';
import { call, refuseIfProved } from '../aws/call.ts';
import { type CodeBuildRequest, tagNames } from '../port.ts';
import type { CodeBuildClients } from './clients.ts';
import { markers } from './markers.ts';

/**
 * Starts the build and returns its id. For five minutes the same request gives the same build, by its idempotency token;
 * after that only {@link find} knows it.
 * @throws StartRefused when nothing was made; any other error leaves that open.
 */
export async function start({ codeBuild, callMs }: CodeBuildClients, request: CodeBuildRequest): Promise<string> {
  const of = { project: request.project, name: request.name };
  const answer = await call({ operation: 'StartBuild', of, within: callMs }, (options) =>
    codeBuild.send(new StartBuildCommand(startBuild(request)), options),
  ).catch(refuseIfProved);
  const id = answer.build?.id;
  if (!id) throw new Error(`AWS StartBuild answered without a build id [project=${of.project}, name=${of.name}]`);
  return id;
}

function startBuild(request: CodeBuildRequest): StartBuildCommandInput {
  // A build takes no tags: what they say is in its environment.
  const environment: Record<string, string> = {
    ...request.environment,
    [markers.name]: request.name,
    [markers.database]: request.tags[tagNames.database] ?? '',
  };
  const names = Object.keys(environment).sort();
  return {
    projectName: request.project,
    idempotencyToken: request.tags[tagNames.attempt],
    environmentVariablesOverride: names.map((name) => ({ name, value: environment[name] ?? '', type: 'PLAINTEXT' })),
    timeoutInMinutesOverride: request.timeoutMinutes,
    // CodeBuild's own retry would make builds that nobody here has started.
    autoRetryLimitOverride: 0,
  };
}
