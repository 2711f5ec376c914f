import { BatchClient, DescribeJobsCommand, SubmitJobCommand, TerminateJobCommand } from '@aws-sdk/client-batch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CodeBuildClient, StartBuildCommand } from '@aws-sdk/client-codebuild';
import { ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { actionTables } from '../../../local/aws/iam/actions.ts';
import { onFargate, shell } from './with-ecs.ts';
import { withLocalAws } from './with-local-aws.ts';
import { allow, asNight, withPrincipal } from './with-principal.ts';

const here = (service: string, resource: string) => `arn:aws:${service}:ap-northeast-1:000000000000:${resource}`;

test('every operation that is played has a row that says what it asks of IAM', async () => {
  await withLocalAws({}, async ({ aws }) => {
    const operations = (await (await fetch(`${aws.endpoint}/_local/operations`)).json()) as Record<string, string[]>;

    const named = Object.fromEntries(
      Object.entries(actionTables).map(([name, rows]) => [name, Object.keys(rows).sort()]),
    );

    const played = Object.fromEntries(Object.entries(operations).map(([name, names]) => [name, names.toSorted()]));
    expect(named).toEqual(played);
  });
});

test('each service refuses under its own name, in the words of AWS, and does nothing', async () => {
  await withPrincipal([], async (bench) => {
    const config = asNight(bench);
    const [batch, build, ecs] = [new BatchClient(config), new CodeBuildClient(config), new ECSClient(config)];
    const [lambda, logs, s3] = [
      new LambdaClient(config),
      new CloudWatchLogsClient(config),
      new S3Client({ ...config, forcePathStyle: true }),
    ];
    const [secrets, sns, sqs] = [new SecretsManagerClient(config), new SNSClient(config), new SQSClient(config)];
    const calls: [string, string, number, () => Promise<unknown>][] = [
      ['batch:DescribeJobs', 'AccessDeniedException', 403, () => batch.send(new DescribeJobsCommand({ jobs: ['x'] }))],
      [
        'codebuild:StartBuild',
        'AccessDeniedException',
        400,
        () => build.send(new StartBuildCommand({ projectName: 'x' })),
      ],
      ['ecs:RunTask', 'AccessDeniedException', 400, () => ecs.send(new RunTaskCommand({ taskDefinition: 'x' }))],
      [
        'lambda:InvokeFunction',
        'AccessDeniedException',
        403,
        () => lambda.send(new InvokeCommand({ FunctionName: 'x' })),
      ],
      [
        'logs:FilterLogEvents',
        'AccessDeniedException',
        400,
        () => logs.send(new FilterLogEventsCommand({ logGroupName: 'x' })),
      ],
      ['s3:GetObject', 'AccessDenied', 403, () => s3.send(new GetObjectCommand({ Bucket: 'given', Key: 'x' }))],
      [
        'secretsmanager:GetSecretValue',
        'AccessDeniedException',
        400,
        () => secrets.send(new GetSecretValueCommand({ SecretId: 'x' })),
      ],
      [
        'sns:Publish',
        'AuthorizationErrorException',
        403,
        () => sns.send(new PublishCommand({ TopicArn: here('sns', 'x'), Message: 'x' })),
      ],
      [
        'sqs:SendMessage',
        'AccessDeniedException',
        403,
        () => sqs.send(new SendMessageCommand({ QueueUrl: `${config.endpoint}/0/x`, MessageBody: 'x' })),
      ],
    ];

    for (const [action, name, httpStatusCode, sent] of calls) {
      const error = await sent().then(
        () => 'it was allowed',
        (thrown: Error) => thrown,
      );

      expect(error).toMatchObject({ name, $metadata: { httpStatusCode } });
      expect((error as Error).message).toMatch(
        new RegExp(
          `^User: arn:aws:sts::000000000000:assumed-role/night/local is not authorized to perform: ${action} on resource: \\S+ because no identity-based policy allows the ${action} action$`,
        ),
      );
    }
    for (const client of [batch, build, ecs, lambda, logs, s3, secrets, sns, sqs]) client.destroy();
    expect(bench.aws.journal.checked().filter(({ allowed }) => allowed)).toEqual([]);
    expect(bench.aws.journal.checked()).toHaveLength(calls.length);
  });
});

const submitting = ['job-queue/main', 'job-definition/job:*', 'job/*'].map((resource) => here('batch', resource));

test.each([
  ['the definition', submitting.toSpliced(1, 1), /batch:SubmitJob on resource: .*job-definition\/job:1/],
  ['the queue', submitting.toSpliced(0, 1), /batch:SubmitJob on resource: .*job-queue\/main/],
  ['the job that is to be', submitting.toSpliced(2, 1), /batch:SubmitJob on resource: .*job\/\*/],
  [
    'the revision of the definition',
    submitting.toSpliced(1, 1, here('batch', 'job-definition/job')),
    /batch:SubmitJob on resource: .*job-definition\/job:1/,
  ],
  ['the tags', submitting, /batch:TagResource on resource: .*job-definition\/job:1/],
])('SubmitJob without the right to %s is refused', async (_, resources, message) => {
  await withPrincipal([allow('batch:SubmitJob', resources)], async (bench) => {
    const jobDefinition = await bench.define('true');
    const batch = new BatchClient(asNight(bench));

    const submitted = batch.send(
      new SubmitJobCommand({ jobName: 'a', jobQueue: 'main', jobDefinition, tags: { a: 'b' } }),
    );

    await expect(submitted).rejects.toThrow(message);
    expect(bench.aws.journal.calls('SubmitJob').map(({ outcome }) => outcome)).toEqual(['AccessDeniedException']);
    batch.destroy();
  });
});

test('a job is ended only by who has the right to jobs with its tag', async () => {
  const tagged = { Null: { 'aws:ResourceTag/owner': 'false' } };
  await withPrincipal([allow('batch:TerminateJob', here('batch', 'job/*'), tagged)], async (bench) => {
    await bench.define('sleep 300');
    const [own, foreign] = [await bench.submit({ tags: { owner: 'night' } }), await bench.submit()];
    const batch = new BatchClient(asNight(bench));
    const end = (jobId: string) => batch.send(new TerminateJobCommand({ jobId, reason: 'enough' }));

    await end(own);

    await expect(end(foreign)).rejects.toThrow(/batch:TerminateJob on resource: .*job\//);
    await bench.ends(own);
    batch.destroy();
  });
});

const cluster = here('ecs', 'cluster/default');
const inCluster = { ArnEquals: { 'ecs:cluster': cluster } };
const run = allow('ecs:RunTask', here('ecs', 'task-definition/build:*'), inCluster);
const roles = ['task', 'execution'].map((name) => `arn:aws:iam::000000000000:role/${name}`);
const pass = allow('iam:PassRole', roles, { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } });
const tag = allow('ecs:TagResource', here('ecs', 'task/default/*'), {
  StringEquals: { 'ecs:CreateAction': 'RunTask' },
});

test.each([
  ['everything that it needs', [run, pass, tag], null],
  ['no iam:PassRole', [run, tag], /iam:PassRole on resource: arn:aws:iam::000000000000:role\/task /],
  [
    'iam:PassRole for one of the two roles',
    [run, tag, { ...pass, Resource: roles.slice(0, 1) }],
    /iam:PassRole on resource: .*role\/execution /,
  ],
  [
    'iam:PassRole to another service',
    [run, tag, { ...pass, Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } } }],
    /iam:PassRole/,
  ],
  [
    'ecs:RunTask in another cluster',
    [{ ...run, Condition: { ArnEquals: { 'ecs:cluster': `${cluster}-2` } } }, pass, tag],
    /ecs:RunTask/,
  ],
  ['no ecs:TagResource', [run, pass], /ecs:TagResource on resource: .*task\/default\/\* /],
])('RunTask with %s', async (_, statements, message) => {
  await withPrincipal(statements, async (bench) => {
    const [admin, night] = [
      new ECSClient({ ...asNight(bench), credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
      new ECSClient(asNight(bench)),
    ];
    const [taskRoleArn, executionRoleArn] = roles;
    await admin.send(
      new RegisterTaskDefinitionCommand({
        ...{ family: 'build', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512' },
        ...{ taskRoleArn, executionRoleArn, containerDefinitions: [shell('main', 'true')] },
      }),
    );

    const ran = night.send(
      new RunTaskCommand({ ...onFargate, taskDefinition: 'build', tags: [{ key: 'a', value: 'b' }] }),
    );

    if (message === null) await expect(ran).resolves.toMatchObject({ failures: [] });
    else await expect(ran).rejects.toThrow(message);
    for (const client of [admin, night]) client.destroy();
  });
});

test('a right is taken away over HTTP, from one role, and given back', async () => {
  const statements = [allow('s3:*', 'arn:aws:s3:::given/*')];
  await withPrincipal(
    statements,
    async (bench) => {
      const s3 = new S3Client({ ...asNight(bench), forcePathStyle: true });
      const put = () => s3.send(new PutObjectCommand({ Bucket: 'given', Key: 'a', Body: 'x' }));
      const ask = (method: string, body?: object) =>
        fetch(`${bench.aws.endpoint}/_local/deny`, { method, ...(body && { body: JSON.stringify(body) }) });

      await ask('POST', { role: 'day', action: 's3:PutObject' });
      await put();
      await ask('POST', { role: 'night', action: 's3:PutObject' });
      await expect(put()).rejects.toMatchObject({ name: 'AccessDenied' });
      await ask('DELETE');
      await put();
      const refused = await ask('POST', { action: 'everything' });

      expect(refused.status).toBe(400);
      expect(bench.aws.journal.checked().map(({ allowed }) => allowed)).toEqual([true, false, true]);
      s3.destroy();
    },
    { buckets: ['given'] },
  );
});
