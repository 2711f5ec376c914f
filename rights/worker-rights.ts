import { type DeployedNames, type DeployedTask, type Place, tasksOf } from '../model/deployed-names.ts';
import { jobQueueArns, platformNames, roleArn, roleName } from '../model/deployed-platform.ts';
import { arnOf } from '../model/deployed-uses.ts';
import type { Job } from '../model/job.ts';
import type { Statement } from './statement.ts';

/** What a worker with the role `runs` calls in AWS for these jobs, and nothing for kinds of task that no job has. */
export function runsRights(place: Place, jobs: readonly Job[]): Statement[] {
  const batch = tasksOf(jobs, place, 'batch');
  const ecs = tasksOf(jobs, place, 'ecs');
  const builds = tasksOf(jobs, place, 'codeBuild');
  const inAws = [...batch, ...ecs, ...builds];
  return [
    ...(batch.length === 0 ? [] : batchRights(place, batch)),
    ...(ecs.length === 0 ? [] : ecsRights(place, ecs)),
    ...(builds.length === 0 ? [] : buildRights(place, builds)),
    ...(inAws.length === 0 ? [] : [...logRights(place, inAws), storeInputs(place, inAws)]),
    ...ownRights(place),
    ...latchRights(place, jobs),
  ];
}

/** What a worker with the role `calls` calls in AWS for these jobs. */
export function callsRights(place: Place, jobs: readonly Job[]): Statement[] {
  const functions = tasksOf(jobs, place, 'lambda');
  const invoke: Statement = {
    sid: 'InvokeFunctions',
    actions: ['lambda:InvokeFunction'],
    resources: functions.map(({ fullName }) => arnOf(place, 'lambda', `function:${fullName}`)),
    neededBy: keysOf(functions),
  };
  return [...(functions.length === 0 ? [] : [invoke]), ...ownRights(place).filter(({ sid }) => sid !== 'ReadQueues')];
}

function batchRights(place: Place, tasks: DeployedTask<'batch'>[]): Statement[] {
  const neededBy = keysOf(tasks);
  // With the revision: a pattern without ":" would be another job definition's name as well.
  const definitions = tasks.map(({ fullName }) => arnOf(place, 'batch', `job-definition/${fullName}:*`));
  const queues = [...new Set(tasks.flatMap(({ task }) => jobQueueArns(place, task.options)))];
  const anyJob = arnOf(place, 'batch', 'job/*');
  return [
    // AWS also asks for the job that is to be. Source: Service Authorization Reference, AWS Batch.
    { sid: 'SubmitJobs', actions: ['batch:SubmitJob'], resources: [...definitions, ...queues, anyJob], neededBy },
    // Sent with SubmitJob, which AWS authorizes apart.
    { sid: 'TagJobs', actions: ['batch:TagResource'], resources: [...definitions, ...queues, anyJob], neededBy },
    // Neither has resources. Source: Service Authorization Reference, AWS Batch.
    { sid: 'LookAtJobs', actions: ['batch:DescribeJobs', 'batch:ListJobs'], resources: ['*'], neededBy },
    {
      sid: 'StopOwnJobs',
      actions: ['batch:TerminateJob'],
      resources: [anyJob],
      conditions: { Null: { 'aws:ResourceTag/nightshift:database': 'false' } },
      neededBy,
    },
  ];
}

function ecsRights(place: Place, tasks: DeployedTask<'ecs'>[]): Statement[] {
  const { cluster } = platformNames(place);
  const neededBy = keysOf(tasks);
  const inCluster = { ArnEquals: { 'ecs:cluster': arnOf(place, 'ecs', `cluster/${cluster}`) } };
  const own = arnOf(place, 'ecs', `task/${cluster}/*`);
  return [
    {
      sid: 'RunTasks',
      actions: ['ecs:RunTask'],
      resources: tasks.map(({ fullName }) => arnOf(place, 'ecs', `task-definition/${fullName}:*`)),
      conditions: inCluster,
      neededBy,
    },
    {
      sid: 'TagTasks',
      actions: ['ecs:TagResource'],
      resources: [own],
      conditions: { StringEquals: { 'ecs:CreateAction': 'RunTask' } },
      neededBy,
    },
    {
      sid: 'FollowTasks',
      actions: ['ecs:DescribeTasks', 'ecs:StopTask'],
      resources: [own],
      conditions: inCluster,
      neededBy,
    },
    // For tasks on Fargate it has no resource, only the cluster as a condition.
    { sid: 'ListTasks', actions: ['ecs:ListTasks'], resources: ['*'], conditions: inCluster, neededBy },
    // Has no resources. Source: Service Authorization Reference, Amazon ECS.
    { sid: 'ReadDefinitions', actions: ['ecs:DescribeTaskDefinition'], resources: ['*'], neededBy },
    {
      sid: 'PassTaskRoles',
      actions: ['iam:PassRole'],
      resources: tasks.flatMap(({ fullName }) => [
        roleArn(place, roleName(fullName, 'task')),
        roleArn(place, roleName(fullName, 'execution')),
      ]),
      conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      neededBy,
    },
  ];
}

function buildRights(place: Place, tasks: DeployedTask<'codeBuild'>[]): Statement[] {
  return [
    {
      sid: 'Build',
      actions: [
        'codebuild:StartBuild',
        'codebuild:StopBuild',
        'codebuild:BatchGetBuilds',
        'codebuild:ListBuildsForProject',
      ],
      resources: tasks.map(({ fullName }) => arnOf(place, 'codebuild', `project/${fullName}`)),
      neededBy: keysOf(tasks),
    },
  ];
}

function logRights(place: Place, tasks: readonly DeployedNames[]): Statement[] {
  const groups = [...new Set(tasks.map(({ logGroup }) => logGroup))];
  const neededBy = keysOf(tasks);
  const named = groups.map((group) => arnOf(place, 'logs', `log-group:${group}`));
  const within = named.map((group) => `${group}:*`);
  return [
    // Asked of the group, which policies write in both ways.
    { sid: 'SearchLogs', actions: ['logs:FilterLogEvents'], resources: [...named, ...within], neededBy },
    { sid: 'ReadLogStreams', actions: ['logs:GetLogEvents'], resources: within, neededBy },
  ];
}

function storeInputs(place: Place, tasks: readonly DeployedNames[]): Statement {
  const { bucket } = platformNames(place);
  const resources = [`arn:aws:s3:::${bucket}/inputs/*`];
  return { sid: 'StoreInputs', actions: ['s3:PutObject'], resources, neededBy: keysOf(tasks) };
}

/** What every worker needs, whatever the jobs. */
function ownRights(place: Place): Statement[] {
  const { bucket, eventQueue, startQueue, metrics } = platformNames(place);
  const { databaseSecret } = place.existing;
  const neededBy = ['the worker'];
  return [
    {
      sid: 'ReadQueues',
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'],
      resources: [arnOf(place, 'sqs', eventQueue), arnOf(place, 'sqs', startQueue)],
      neededBy,
    },
    { sid: 'ReadResources', actions: ['s3:GetObject'], resources: [`arn:aws:s3:::${bucket}/resources/*`], neededBy },
    ...(databaseSecret === undefined
      ? []
      : [
          {
            sid: 'DatabasePassword',
            actions: ['secretsmanager:GetSecretValue'],
            resources: [databaseSecret],
            neededBy,
          },
        ]),
    {
      sid: 'WriteMetrics',
      // Has no resources; the namespace is a condition. Source: Service Authorization Reference, CloudWatch.
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': metrics } },
      neededBy,
    },
  ];
}

/** Locks that other programs share by a DynamoDB table. */
function latchRights(place: Place, jobs: readonly Job[]): Statement[] {
  const table = place.existing.latchTable;
  const neededBy = jobs
    .filter(({ locks = [] }) => locks.some(({ external }) => external === 'dynamodb'))
    .map(({ id }) => id);
  if (table === undefined || neededBy.length === 0) return [];
  const actions = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'];
  return [{ sid: 'HoldLatches', actions, resources: [arnOf(place, 'dynamodb', `table/${table}`)], neededBy }];
}

function keysOf(tasks: readonly DeployedNames[]): string[] {
  return tasks.map(({ key }) => key);
}
