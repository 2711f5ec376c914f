import type { CodeBuildClient } from '@aws-sdk/client-codebuild';
import type { LogClients } from '../logs/clients.ts';

/** CodeBuild, and the logs of its builds. */
export interface CodeBuildClients extends LogClients {
  codeBuild: CodeBuildClient;
}
