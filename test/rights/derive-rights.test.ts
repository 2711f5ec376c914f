import { batchTask, codeBuildTask, defineJob, functionTask, lambdaTask } from 'nightshift';
import { nothingExists } from '../../model/deployed-names.ts';
import { deriveRights, deriveRoles } from '../../rights/derive-rights.ts';
import { policyDocument, type Statement } from '../../rights/statement.ts';
import { everyKind, prod } from './every-kind.ts';

const here = (service: string, resource: string) => `arn:aws:${service}:ap-northeast-1:123456789012:${resource}`;
const roles = deriveRights(prod, [everyKind]);

function statementsOf(name: string): Record<string, Omit<Statement, 'sid'>> {
  const role = roles.find((one) => one.name === name);
  if (role === undefined) throw new Error(`There is only ${roles.map((one) => one.name).join(', ')}`);
  return Object.fromEntries(role.statements.map(({ sid, ...rest }) => [sid, rest]));
}

/** Its actions and resources, without why. */
function granted(name: string) {
  return Object.fromEntries(
    Object.entries(statementsOf(name)).map(([sid, { actions, resources }]) => [sid, [actions, resources]]),
  );
}

test('each task has its roles, taken by the service that runs it; a function of the worker has none', () => {
  expect(roles.map(({ name, trusts }) => `${name} ${trusts.split('.')[0]}`)).toEqual([
    'shop-prod-every-kind-batch-execution ecs-tasks',
    'shop-prod-every-kind-batch-task ecs-tasks',
    'shop-prod-every-kind-build-build codebuild',
    'shop-prod-every-kind-ecs-execution ecs-tasks',
    'shop-prod-every-kind-ecs-task ecs-tasks',
    'shop-prod-every-kind-lambda-function lambda',
    'shop-prod-every-kind-named-execution ecs-tasks',
    'shop-prod-every-kind-named-task ecs-tasks',
    'shop-prod-worker-calls ecs-tasks',
    'shop-prod-worker-execution ecs-tasks',
    'shop-prod-worker-runs ecs-tasks',
  ]);
});

test("a task's program may do exactly what it says that it uses, under the names of the stage", () => {
  expect(granted('shop-prod-every-kind-batch-task')).toEqual({
    ReadSecrets: [
      ['secretsmanager:GetSecretValue'],
      [here('secretsmanager', 'secret:shop/prod/market/database-??????')],
    ],
    ListBuckets: [['s3:ListBucket'], ['arn:aws:s3:::shop-prod-crawls-123456789012', 'arn:aws:s3:::all-pages']],
    ReadObjects: [['s3:GetObject'], ['arn:aws:s3:::shop-prod-crawls-123456789012/*', 'arn:aws:s3:::all-pages/*']],
    WriteObjects: [
      ['s3:PutObject', 's3:DeleteObject'],
      ['arn:aws:s3:::shop-prod-crawls-123456789012/*', 'arn:aws:s3:::shop-prod-results-123456789012/*'],
    ],
    Publish: [['sns:Publish'], [here('sns', 'everything')]],
    SendMessages: [['sqs:SendMessage'], [here('sqs', 'shop-prod-crawls')]],
    ReadInputs: [['s3:GetObject'], ['arn:aws:s3:::shop-prod-nightshift-123456789012/inputs/every-kind/batch/*']],
  });
  expect(granted('shop-prod-every-kind-ecs-task').Publish).toEqual([['sns:Publish'], [here('sns', 'everything')]]);
  expect(Object.keys(granted('shop-prod-every-kind-named-task'))).toEqual(['ReadInputs']);
});

test('AWS starts a container with the right to its image, its log and the secrets of its environment, of which the program has none', () => {
  const { PullImage, ReadSecrets, WriteLogs } = granted('shop-prod-every-kind-batch-execution');

  expect(PullImage?.[1]).toEqual([here('ecr', 'repository/shop-prod/work')]);
  expect(WriteLogs).toEqual([
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
    [here('logs', 'log-group:/nightshift/shop-prod/every-kind:*')],
  ]);
  expect(ReadSecrets).toEqual([['secretsmanager:GetSecretValue'], [here('secretsmanager', 'secret:main-AbCdEf')]]);
  expect(granted('shop-prod-every-kind-named-execution')).not.toHaveProperty('ReadSecrets');
  expect(JSON.stringify(granted('shop-prod-every-kind-batch-task'))).not.toContain('main-AbCdEf');
});

test('workers may submit only these definitions to the queues that the tasks use', () => {
  const { resources } = statementsOf('shop-prod-worker-runs').SubmitJobs ?? { resources: [] };

  expect(resources).toEqual([
    here('batch', 'job-definition/shop-prod-every-kind-batch:*'),
    here('batch', 'job-definition/shop-prod-every-kind-named:*'),
    ...['job-queue/shop-prod-spot', 'job-queue/shop-prod-on-demand', 'job-queue/big-machines', 'job/*'].map((one) =>
      here('batch', one),
    ),
  ]);
});

test('workers may pass exactly the roles of ECS tasks, and only to ECS', () => {
  const { PassTaskRoles, RunTasks } = statementsOf('shop-prod-worker-runs');

  expect(PassTaskRoles).toEqual({
    actions: ['iam:PassRole'],
    resources: ['task', 'execution'].map((of) => `arn:aws:iam::123456789012:role/shop-prod-every-kind-ecs-${of}`),
    conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    neededBy: ['every-kind/ecs'],
  });
  expect(RunTasks?.conditions).toEqual({ ArnEquals: { 'ecs:cluster': here('ecs', 'cluster/shop-prod') } });
});

test('workers may end only jobs that bear the tag of a database of Nightshift', () => {
  expect(statementsOf('shop-prod-worker-runs').StopOwnJobs?.conditions).toEqual({
    Null: { 'aws:ResourceTag/nightshift:database': 'false' },
  });
});

test('workers that only call may call the functions, and start nothing', () => {
  const { InvokeFunctions, ...others } = granted('shop-prod-worker-calls');

  expect(InvokeFunctions).toEqual([
    ['lambda:InvokeFunction'],
    [here('lambda', 'function:shop-prod-every-kind-lambda')],
  ]);
  expect(Object.keys(others)).toEqual(['ReadResources', 'ListResources', 'DatabasePassword', 'WriteMetrics']);
});

test('locks in DynamoDB need its table, of jobs that share one', () => {
  expect(statementsOf('shop-prod-worker-runs').HoldLatches).toMatchObject({
    resources: [here('dynamodb', 'table/batch-locks')],
    neededBy: ['every-kind'],
  });
  const { latchTable: _, ...existing } = prod.existing;
  const without = deriveRights({ ...prod, existing }, [everyKind]);
  expect(JSON.stringify(without)).not.toContain('dynamodb');
});

test('a kind of task that no job has brings no right', () => {
  const job = (tasks: Parameters<typeof defineJob>[0]['tasks']) =>
    defineJob({
      id: 'one',
      name: 'One',
      tasks,
      async run() {
        return {};
      },
    });
  const place = { ...prod, existing: nothingExists };
  const services = (tasks: Parameters<typeof job>[0]) => {
    const runs = deriveRights(place, [job(tasks)]).find(({ name }) => name === 'shop-prod-worker-runs');
    const actions = runs?.statements.flatMap((one) => one.actions.map((action) => action.split(':')[0])) ?? [];
    return [...new Set(actions)].sort();
  };

  expect(services({ build: codeBuildTask({ app: 'build' }) })).toEqual([
    'cloudwatch',
    'codebuild',
    'logs',
    's3',
    'sqs',
  ]);
  expect(services({ one: batchTask({ app: 'a', command: ['a'], vcpu: 1, memory: '2 GB' }) })).toEqual([
    'batch',
    'cloudwatch',
    'logs',
    's3',
    'sqs',
  ]);
  expect(services({ f: functionTask('functions/f'), l: lambdaTask({ app: 'l' }) })).toEqual([
    'cloudwatch',
    's3',
    'sqs',
  ]);
});

test('every right says who needs it, and has a name of its own in its role', () => {
  for (const { name, statements } of roles) {
    const sids = statements.map(({ sid }) => sid);
    expect([name, new Set(sids).size]).toEqual([name, sids.length]);
    for (const { neededBy } of statements) expect(neededBy).not.toEqual([]);
  }
});

test('the policy that AWS gets is the statements, in one order', () => {
  const [first] =
    roles.find(({ name }) => name.endsWith('worker-runs'))?.statements.filter(({ sid }) => sid === 'FollowTasks') ?? [];

  expect(policyDocument(first === undefined ? [] : [{ ...first, actions: first.actions.toReversed() }])).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        ...{ Sid: 'FollowTasks', Effect: 'Allow', Action: ['ecs:DescribeTasks', 'ecs:StopTask'] },
        Resource: [here('ecs', 'task/shop-prod/*')],
        Condition: { ArnEquals: { 'ecs:cluster': here('ecs', 'cluster/shop-prod') } },
      },
    ],
  });
});

test('another job adds a policy of its own to that of the workers, and changes no other', () => {
  const other = defineJob({
    id: 'other',
    name: 'Other',
    tasks: {
      work: batchTask({ app: 'work', command: ['work'], vcpu: 1, memory: '2 GB' }),
      l: lambdaTask({ app: 'l' }),
    },
    async run() {
      return {};
    },
  });
  const policiesOf = (jobs: Parameters<typeof deriveRoles>[1]) =>
    deriveRoles(prod, jobs).flatMap(({ name, policies }) =>
      policies.map((one) => [`${name} ${one.name}`, JSON.stringify(policyDocument(one.statements))] as const),
    );
  const before = policiesOf([everyKind]);
  const after = policiesOf([everyKind, other]);

  expect(after.filter(([name]) => before.some(([old]) => old === name))).toEqual(before);
  expect(after.map(([name]) => name).filter((name) => before.every(([old]) => old !== name))).toEqual([
    ...['l-function', 'work-execution', 'work-task'].map((role) => `shop-prod-other-${role} derived`),
    ...['calls', 'runs'].map((role) => `shop-prod-worker-${role} job-other`),
  ]);
  for (const { policies, statements } of deriveRoles(prod, [everyKind, other])) {
    const lines = (some: Statement[]) =>
      some.flatMap(({ actions, resources, conditions }) =>
        actions.flatMap((action) => resources.map((one) => `${action} ${one} ${JSON.stringify(conditions)}`)),
      );
    const apart = lines(policies.flatMap((one) => one.statements));
    expect([...new Set(apart)].sort()).toEqual([...new Set(lines(statements))].sort());
  }
});
