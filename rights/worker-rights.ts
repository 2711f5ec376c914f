import { type DeployedNames, type DeployedTask, type Place, stagePrefix, tasksOf } from '../model/deployed-names.ts';
import { jobQueueArns, platformNames, roleArn, roleName } from '../model/deployed-platform.ts';
import { arnOf } from '../model/deployed-uses.ts';
import type { Job } from '../model/job.ts';
import { type Conditions, jobPolicy, type NamedPolicy, ownPolicy, type Statement } from './statement.ts';

/** What a worker with the role `runs` calls in AWS for these jobs, and nothing for kinds of task that no job has. */
export function runsPolicies(place: Place, jobs: readonly Job[]): NamedPolicy[] {
  const batch = tasksOf(jobs, place, 'batch');
  const ecs = tasksOf(jobs, place, 'ecs');
  const builds = tasksOf(jobs, place, 'codeBuild');
  return [
    ...jobs.map((job) => ({ name: jobPolicy(job.id), statements: jobRights(place, job) })),
    { name: 'kind-container', statements: ifAny([...batch, ...ecs], () => everyContainer(place)) },
    { name: 'kind-batch', statements: ifAny(batch, () => everyBatchTask(place)) },
    { name: 'kind-ecs', statements: ifAny(ecs, () => everyEcsTask(place)) },
    { name: 'kind-codeBuild', statements: ifAny(builds, () => [storeInputs(place, ['every build'])]) },
    { name: ownPolicy, statements: ownRights(place) },
  ].filter(({ statements }) => statements.length > 0);
}

/** What a worker with the role `calls` calls in AWS for these jobs. */
export function callsPolicies(place: Place, jobs: readonly Job[]): NamedPolicy[] {
  return [
    ...jobs.map((job) => ({
      name: jobPolicy(job.id),
      statements: ifAny(tasksOf([job], place, 'lambda'), (tasks) => functionRights(place, tasks)),
    })),
    { name: ownPolicy, statements: ownRights(place).filter(({ sid }) => sid !== 'ReadQueues') },
  ].filter(({ statements }) => statements.length > 0);
}

function ifAny<T>(tasks: T[], rights: (tasks: T[]) => Statement[]): Statement[] {
  return tasks.length === 0 ? [] : rights(tasks);
}

/** What the tasks of a job need beside what every one of their kind does. */
function jobRights(place: Place, job: Job): Statement[] {
  return [
    ...ifAny(tasksOf([job], place, 'batch'), (tasks) => batchRights(place, tasks)),
    ...ifAny(tasksOf([job], place, 'ecs'), (tasks) => ecsRights(place, tasks)),
    ...ifAny(tasksOf([job], place, 'codeBuild'), (tasks) => buildRights(place, tasks)),
    ...latchRights(place, job),
  ];
}

function batchRights(place: Place, tasks: DeployedTask<'batch'>[]): Statement[] {
  // With the revision: a pattern without ":" would be another job definition's name as well.
  const definitions = tasks.map(({ fullName }) => arnOf(place, 'batch', `job-definition/${fullName}:*`));
  const queues = [...new Set(tasks.flatMap(({ task }) => jobQueueArns(place, task.options)))];
  return [submitJobs([...definitions, ...queues], keysOf(tasks))];
}

/** Tags are sent along, which AWS authorizes apart, for the same things. */
function submitJobs(resources: string[], neededBy: string[]): Statement {
  return { sid: 'SubmitJobs', actions: ['batch:SubmitJob', 'batch:TagResource'], resources, neededBy };
}

/** What any Batch task needs, whatever it is. */
function everyBatchTask(place: Place): Statement[] {
  const neededBy = ['every Batch task'];
  const anyJob = arnOf(place, 'batch', 'job/*');
  return [
    // AWS also asks for the job that is to be. Source: Service Authorization Reference, AWS Batch.
    submitJobs([anyJob], neededBy),
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
  const neededBy = keysOf(tasks);
  return [
    {
      sid: 'RunTasks',
      actions: ['ecs:RunTask'],
      resources: tasks.map(({ fullName }) => arnOf(place, 'ecs', `task-definition/${fullName}:*`)),
      conditions: inCluster(place),
      neededBy,
    },
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

/** What any ECS task needs, whatever it is. */
function everyEcsTask(place: Place): Statement[] {
  const neededBy = ['every ECS task'];
  const conditions = inCluster(place);
  const resources = [arnOf(place, 'ecs', `task/${platformNames(place).cluster}/*`)];
  return [
    {
      ...{ sid: 'TagTasks', actions: ['ecs:TagResource'], resources, neededBy },
      conditions: { StringEquals: { 'ecs:CreateAction': 'RunTask' } },
    },
    { sid: 'FollowTasks', actions: ['ecs:DescribeTasks', 'ecs:StopTask'], resources, conditions, neededBy },
    // For tasks on Fargate it has no resource, only the cluster as a condition.
    { sid: 'ListTasks', actions: ['ecs:ListTasks'], resources: ['*'], conditions, neededBy },
    // Has no resources. Source: Service Authorization Reference, Amazon ECS.
    { sid: 'ReadDefinitions', actions: ['ecs:DescribeTaskDefinition'], resources: ['*'], neededBy },
  ];
}

function inCluster(place: Place): Conditions {
  return { ArnEquals: { 'ecs:cluster': arnOf(place, 'ecs', `cluster/${platformNames(place).cluster}`) } };
}

function buildRights(place: Place, tasks: DeployedTask<'codeBuild'>[]): Statement[] {
  const neededBy = keysOf(tasks);
  const groups = tasks.map(({ logGroup }) => arnOf(place, 'logs', `log-group:${logGroup}`));
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
      neededBy,
    },
    // Asked of the group, which policies write in both ways.
    searchLogs([...groups, ...groups.map((group) => `${group}:*`)], neededBy),
    readLogStreams(
      groups.map((group) => `${group}:*`),
      neededBy,
    ),
  ];
}

function functionRights(place: Place, tasks: DeployedTask<'lambda'>[]): Statement[] {
  return [
    {
      sid: 'InvokeFunctions',
      actions: ['lambda:InvokeFunction'],
      resources: tasks.map(({ fullName }) => arnOf(place, 'lambda', `function:${fullName}`)),
      neededBy: keysOf(tasks),
    },
  ];
}

/** What the task of any container needs. Only the stage's own log groups are in its folder of them. */
function everyContainer(place: Place): Statement[] {
  const groups = arnOf(place, 'logs', `log-group:/nightshift/${stagePrefix(place)}/*`);
  const neededBy = ['every task in a container'];
  return [
    searchLogs([groups], neededBy),
    readLogStreams([`${groups}:log-stream:*`], neededBy),
    storeInputs(place, neededBy),
  ];
}

function searchLogs(resources: string[], neededBy: string[]): Statement {
  return { sid: 'SearchLogs', actions: ['logs:FilterLogEvents'], resources, neededBy };
}

function readLogStreams(resources: string[], neededBy: string[]): Statement {
  return { sid: 'ReadLogStreams', actions: ['logs:GetLogEvents'], resources, neededBy };
}

function storeInputs(place: Place, neededBy: string[]): Statement {
  const { bucket } = platformNames(place);
  const resources = [`arn:aws:s3:::${bucket}/inputs/*`];
  return { sid: 'StoreInputs', actions: ['s3:PutObject'], resources, neededBy };
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
    {
      ...{ sid: 'ListResources', actions: ['s3:ListBucket'], resources: [`arn:aws:s3:::${bucket}`], neededBy },
      conditions: { StringLike: { 's3:prefix': 'resources/*' } },
    },
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
function latchRights(place: Place, { id, locks = [] }: Job): Statement[] {
  const table = place.existing.latchTable;
  if (table === undefined || locks.every(({ external }) => external !== 'dynamodb')) return [];
  const actions = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'];
  return [{ sid: 'HoldLatches', actions, resources: [arnOf(place, 'dynamodb', `table/${table}`)], neededBy: [id] }];
}

function keysOf(tasks: readonly DeployedNames[]): string[] {
  return tasks.map(({ key }) => key);
}
