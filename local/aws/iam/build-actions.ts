import type {
  BatchGetBuildsInput,
  BatchGetProjectsInput,
  CreateProjectInput,
  ListBuildsForProjectInput,
  StartBuildInput,
  StopBuildInput,
} from '@aws-sdk/client-codebuild';
import { type Account, resourceOf } from '../account.ts';
import { type ActionTable, arnFor, ask, passRoles, row, withoutResource } from './asked.ts';

/** CodeBuild: what is done to a build is asked of its project. */
export const codeBuildActions: ActionTable = {
  CreateProject: row<CreateProjectInput>(({ name, serviceRole }, { account }) => [
    ...ask('codebuild:CreateProject', [projectArn(account, name)]),
    ...passRoles('codebuild.amazonaws.com', [serviceRole]),
  ]),
  BatchGetProjects: row<BatchGetProjectsInput>(({ names = [] }, { account }) =>
    ask(
      'codebuild:BatchGetProjects',
      names.map((name) => projectArn(account, name)),
    ),
  ),
  StartBuild: row<StartBuildInput>(({ projectName }, { account }) =>
    ask('codebuild:StartBuild', [projectArn(account, projectName)]),
  ),
  BatchGetBuilds: row<BatchGetBuildsInput>(({ ids = [] }, { account }) =>
    ask('codebuild:BatchGetBuilds', [...new Set(ids.map((id) => projectOfBuild(account, id)))]),
  ),
  ListBuildsForProject: row<ListBuildsForProjectInput>(({ projectName }, { account }) =>
    ask('codebuild:ListBuildsForProject', [projectArn(account, projectName)]),
  ),
  StopBuild: row<StopBuildInput>(({ id }, { account }) =>
    ask('codebuild:StopBuild', [projectOfBuild(account, id ?? '')]),
  ),
};

/** Lambda, by the function's name, its ARN, or `account:function:name`. */
export const lambdaActions: ActionTable = {
  Invoke: row<{ FunctionName?: string }>((request, { account }) =>
    ask('lambda:InvokeFunction', [functionArn(account, request.FunctionName)]),
  ),
  GetFunction: row<{ FunctionName?: string }>((request, { account }) =>
    ask('lambda:GetFunction', [functionArn(account, request.FunctionName)]),
  ),
  ListFunctions: withoutResource('lambda:ListFunctions'),
};

function projectArn(account: Account, nameOrArn: string | undefined): string {
  return arnFor(account, ['codebuild', 'project/'], nameOrArn);
}

/** A build's id is `<project>:<number>`. */
function projectOfBuild(account: Account, idOrArn: string): string {
  const [project] = resourceOf(idOrArn)
    .replace(/^build\//, '')
    .split(':');
  return projectArn(account, project);
}

function functionArn(account: Account, nameOrArn = ''): string {
  return arnFor(account, ['lambda', 'function:'], nameOrArn.replace(/^\d+:function:/, ''));
}
