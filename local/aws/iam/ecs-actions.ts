import type {
  CreateClusterRequest,
  DescribeClustersRequest,
  DescribeTasksRequest,
  ListTasksRequest,
  RegisterTaskDefinitionRequest,
  RunTaskRequest,
  StopTaskRequest,
} from '@aws-sdk/client-ecs';
import type { AskedCall } from '../../../rights/allows.ts';
import { type Account, arnOf, resourceOf } from '../account.ts';
import { type ActionTable, arnFor, ask, type IamFacts, passRoles, row, withoutResource } from './asked.ts';

const tasksService = 'ecs-tasks.amazonaws.com';

/** ECS. RunTask hands the definition's roles to the task, which is what `iam:PassRole` is about. */
export const ecsActions: ActionTable = {
  RunTask: row<RunTaskRequest>(askedByRunTask),
  DescribeTasks: row<DescribeTasksRequest>(({ cluster, tasks }, { account }) =>
    onTasks('ecs:DescribeTasks', { cluster, tasks }, account),
  ),
  // On Fargate there is no container instance, which would be its resource.
  ListTasks: row<ListTasksRequest>(({ cluster }, { account }) =>
    ask('ecs:ListTasks', ['*'], { 'ecs:cluster': clusterArn(account, cluster) }),
  ),
  StopTask: row<StopTaskRequest>(({ cluster, task }, { account }) =>
    onTasks('ecs:StopTask', { cluster, tasks: [task ?? ''] }, account),
  ),
  RegisterTaskDefinition: row<RegisterTaskDefinitionRequest>(
    ({ executionRoleArn, family, tags, taskRoleArn }, facts) => [
      ...ask('ecs:RegisterTaskDefinition', ['*']),
      ...passRoles(tasksService, [taskRoleArn, executionRoleArn]),
      ...tagging(tags, arnOf(facts.account, 'ecs', `task-definition/${family}:*`), 'RegisterTaskDefinition'),
    ],
  ),
  DescribeTaskDefinition: withoutResource('ecs:DescribeTaskDefinition'),
  ListTaskDefinitions: withoutResource('ecs:ListTaskDefinitions'),
  DeregisterTaskDefinition: withoutResource('ecs:DeregisterTaskDefinition'),
  CreateCluster: row<CreateClusterRequest>(({ clusterName, tags }, { account }) => [
    ...ask('ecs:CreateCluster', ['*']),
    ...tagging(tags, clusterArn(account, clusterName), 'CreateCluster'),
  ]),
  DescribeClusters: row<DescribeClustersRequest>(({ clusters = ['default'] }, { account }) =>
    ask(
      'ecs:DescribeClusters',
      clusters.map((cluster) => clusterArn(account, cluster)),
    ),
  ),
  ListTagsForResource: row<Tagged>(({ resourceArn = '' }) => ask('ecs:ListTagsForResource', [resourceArn])),
  TagResource: row<Tagged>(({ resourceArn = '' }) => ask('ecs:TagResource', [resourceArn])),
  UntagResource: row<Tagged>(({ resourceArn = '' }) => ask('ecs:UntagResource', [resourceArn])),
};

interface Tagged {
  resourceArn?: string;
}

function askedByRunTask(request: RunTaskRequest, { account, taskDefinition }: IamFacts): AskedCall[] {
  const { overrides, tags, taskDefinition: reference } = request;
  const cluster = clusterArn(account, request.cluster);
  const { arn, roles } = taskDefinition(reference ?? '');
  const [task, execution] = roles;
  return [
    ...ask('ecs:RunTask', [arn], { 'ecs:cluster': cluster }),
    ...passRoles(tasksService, [overrides?.taskRoleArn ?? task, overrides?.executionRoleArn ?? execution]),
    ...tagging(tags, arnOf(account, 'ecs', `task/${clusterName(cluster)}/*`), 'RunTask'),
  ];
}

function onTasks(
  action: string,
  { cluster, tasks = [] }: { cluster: string | undefined; tasks: string[] | undefined },
  account: Account,
): AskedCall[] {
  const inCluster = clusterArn(account, cluster);
  const arns = tasks.map((task) => arnFor(account, ['ecs', `task/${clusterName(inCluster)}/`], task));
  return ask(action, arns, { 'ecs:cluster': inCluster });
}

function tagging(tags: unknown[] | undefined, resource: string, createAction: string): AskedCall[] {
  return (tags ?? []).length === 0 ? [] : ask('ecs:TagResource', [resource], { 'ecs:CreateAction': createAction });
}

function clusterArn(account: Account, nameOrArn = 'default'): string {
  return arnFor(account, ['ecs', 'cluster/'], nameOrArn);
}

function clusterName(arn: string): string {
  return resourceOf(arn).replace(/^cluster\//, '');
}
