import { StopBuildCommand } from '@aws-sdk/client-codebuild';
import { call } from '../aws/call.ts';
import type { CodeBuildClients } from './clients.ts';

/** Asks CodeBuild to stop a build: an attempt, as its API says. One that has ended stays as it is. */
export async function stop({ codeBuild, callMs }: CodeBuildClients, id: string): Promise<void> {
  await call({ operation: 'StopBuild', of: { build: id }, within: callMs }, (options) =>
    codeBuild.send(new StopBuildCommand({ id }), options),
  );
}
