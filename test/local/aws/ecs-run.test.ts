import { tmpdir } from 'node:os';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTasksCommand, RunTaskCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { onFargate, receiveTaskEvents, shell, withEcs } from './with-ecs.ts';
import { livingInGroup, until } from './with-local-aws.ts';

test('a task runs as a process and ends with its exit code, log and times', async () => {
  await withEcs({}, async ({ aws, bench, define, run, stops }) => {
    const definition = await define('echo "hello $NAME"; exit 3');

    const arn = await run({
      overrides: { containerOverrides: [{ name: 'main', environment: [{ name: 'NAME', value: 'night' }] }] },
      startedBy: 'attempt-1',
      tags: [{ key: 'attempt', value: 'a1' }],
    });
    const task = await stops(arn);

    expect(arn).toMatch(/^arn:aws:ecs:ap-northeast-1:000000000000:task\/default\/[0-9a-f]{32}$/);
    expect(task).toMatchObject({
      taskArn: arn,
      taskDefinitionArn: definition,
      clusterArn: 'arn:aws:ecs:ap-northeast-1:000000000000:cluster/default',
      desiredStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      launchType: 'FARGATE',
      ...{ cpu: '512', memory: '1024', group: 'family:build', startedBy: 'attempt-1' },
      containers: [{ name: 'main', lastStatus: 'STOPPED', exitCode: 3 }],
      tags: [{ key: 'attempt', value: 'a1' }],
    });
    const times = [task.createdAt, task.startedAt, task.stoppingAt, task.stoppedAt].map((time) => time?.getTime() ?? 0);
    expect(times).toEqual(times.toSorted((left, right) => left - right));
    expect(times[0]).toBeGreaterThan(Date.now() - 60_000);
    const [ran, ...others] = aws.journal.processes(arn);
    expect(others).toEqual([]);
    expect(ran).toMatchObject({
      started: { jobId: arn, jobName: 'build', container: 'main', attempt: 1, environment: { NAME: 'night' } },
      ended: { jobId: arn, container: 'main', exitCode: 3 },
    });
    expect(aws.journal.calls('RunTask')).toMatchObject([{ service: 'ecs', outcome: 'ok', jobId: arn }]);
    const { events } = await bench.logs.send(new FilterLogEventsCommand({ logGroupName: '/ecs/build' }));
    expect(events?.map(({ logStreamName, message }) => [logStreamName, message])).toEqual([
      [`night/main/${arn.split('/').at(-1)}`, 'hello night'],
    ]);
  });
});

test('a task goes through its states in order, and its version grows with each', async () => {
  await withEcs({ taskEventStatuses: ['PENDING', 'RUNNING', 'DEPROVISIONING', 'STOPPED'] }, async (all) => {
    await all.define('exit 0');
    const { tasks } = await all.ecs.send(new RunTaskCommand({ taskDefinition: 'build', ...onFargate }));
    await all.stops(tasks?.[0]?.taskArn ?? '');

    const seen = [tasks?.[0], ...(await receiveTaskEvents(all, 4)).map(({ detail }) => detail)];

    expect(seen.map((task) => [task?.lastStatus, task?.desiredStatus])).toEqual([
      ['PROVISIONING', 'RUNNING'],
      ['PENDING', 'RUNNING'],
      ['RUNNING', 'RUNNING'],
      ['DEPROVISIONING', 'STOPPED'],
      ['STOPPED', 'STOPPED'],
    ]);
    const versions = seen.map((task) => task?.version ?? 0);
    expect(new Set(versions).size).toBe(5);
    expect(versions).toEqual(versions.toSorted((left, right) => left - right));
  });
});

test('StopTask sends SIGTERM, then SIGKILL to what does not listen, and gives the reason', async () => {
  await withEcs({}, async ({ aws, ecs, define, run, reaches, stops }) => {
    await define("trap '' TERM; while :; do sleep 0.05; done");
    const arn = await run();
    await reaches(arn, 'RUNNING');
    const [process_] = await until(
      () => aws.journal.running(),
      (running) => running.length === 1,
    );

    const { task: asked } = await ecs.send(new StopTaskCommand({ task: arn, reason: 'run was cancelled' }));
    const stopped = await stops(arn);

    expect(asked).toMatchObject({ lastStatus: 'RUNNING', desiredStatus: 'STOPPED', stopCode: 'UserInitiated' });
    expect(stopped).toMatchObject({
      stopCode: 'UserInitiated',
      stoppedReason: 'run was cancelled',
      containers: [{ exitCode: 137 }],
    });
    expect(livingInGroup(process_?.pid ?? 0)).toEqual([]);
    expect(aws.journal.calls('StopTask')).toMatchObject([{ jobId: arn }]);
  });
});

test('the first reason to stop wins, and a task that has stopped can be stopped again', async () => {
  await withEcs({}, async ({ ecs, define, run, stops }) => {
    await define('exit 0');
    const arn = await run();
    await stops(arn);

    const { task } = await ecs.send(new StopTaskCommand({ task: arn, reason: 'too late' }));

    expect(task).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited' });
    await expect(ecs.send(new StopTaskCommand({ task: 'f'.repeat(32) }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'The referenced task was not found.',
    });
  });
});

test('a task that is stopped before it starts has no exit code and no process', async () => {
  await withEcs({}, async ({ aws, ecs, define, run, reaches, stops }) => {
    await define('sleep 300');
    aws.misbehave.jobRule({ kind: 'slowStart', ms: 60_000 });
    const arn = await run();
    await reaches(arn, 'PENDING');

    await ecs.send(new StopTaskCommand({ task: arn }));
    const task = await stops(arn);

    expect(task).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' });
    expect(task.startedAt).toBeUndefined();
    expect(task.containers?.map((container) => container.exitCode)).toEqual([undefined]);
    expect(aws.journal.processes()).toEqual([]);
  });
});

test('the first essential container that ends takes the others with it; one that is not essential does not', async () => {
  await withEcs({}, async ({ aws, define, run, stops }) => {
    await define('', {
      containerDefinitions: [
        { ...shell('side', 'exit 0'), essential: false },
        shell('main', 'sleep 0.3; exit 4'),
        shell('other', 'sleep 300'),
      ],
    });

    const task = await stops(await run());

    expect(task.containers?.map(({ name, exitCode }) => [name, exitCode])).toEqual([
      ['side', 0],
      ['main', 4],
      ['other', 143],
    ]);
    expect(aws.journal.processes(task.taskArn)).toHaveLength(3);
  });
});

test('the command is that of the override after the entry point; cpu and memory can be overridden', async () => {
  await withEcs({}, async ({ aws, define, run, stops }) => {
    await define('', {
      containerDefinitions: [{ ...shell('main', ''), entryPoint: ['sh', '-c'], command: ['exit 1'] }],
    });

    const task = await stops(
      await run({
        overrides: { cpu: '1024', memory: '2048', containerOverrides: [{ name: 'main', command: ['exit 5'] }] },
      }),
    );

    expect(task).toMatchObject({ cpu: '1024', memory: '2048', containers: [{ exitCode: 5 }] });
    expect(aws.journal.processes()[0]?.started.command).toEqual(['sh', '-c', 'exit 5']);
  });
});

test('secrets reach the process by name, and the journal does not have them', async () => {
  await withEcs({ secrets: { 'shop/database': 'postgres://secret' } }, async ({ aws, define, run, stops }) => {
    const secrets = [{ name: 'DATABASE_URL', valueFrom: 'shop/database' }];
    await define('', {
      containerDefinitions: [{ ...shell('main', 'test "$DATABASE_URL" = "postgres:/""/secret"'), secrets }],
    });
    await define('', {
      family: 'lost',
      containerDefinitions: [{ ...shell('main', 'true'), secrets: [{ name: 'X', valueFrom: 'nowhere' }] }],
    });

    const task = await stops(await run());
    const lost = await stops(await run({ taskDefinition: 'lost' }));

    expect(task.containers).toMatchObject([{ exitCode: 0 }]);
    expect(aws.journal.processes()[0]?.started.secretNames).toEqual(['DATABASE_URL']);
    expect(JSON.stringify(aws.journal.entries)).not.toContain('postgres://secret');
    expect(lost).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'ResourceInitializationError: unable to pull secrets: there is no secret nowhere',
    });
  });
});

test('an unknown task is MISSING, and so is one that stopped too long ago', async () => {
  await withEcs({ timings: { killGraceMs: 300, stoppedTaskMs: 200 } }, async ({ ecs, define, run }) => {
    await define('exit 0');
    const arn = await run();
    const unknown = 'a'.repeat(32);
    const describe = () => ecs.send(new DescribeTasksCommand({ tasks: [arn, unknown] }));

    const before = await describe();
    const after = await until(describe, ({ tasks }) => tasks?.length === 0);

    const missing = { arn: `arn:aws:ecs:ap-northeast-1:000000000000:task/default/${unknown}`, reason: 'MISSING' };
    expect(before).toMatchObject({ tasks: [{ taskArn: arn }], failures: [missing] });
    expect(after.failures).toEqual([{ arn, reason: 'MISSING' }, missing]);
  });
});

test('stopping the local AWS kills the processes of its tasks', async () => {
  await withEcs({ images: { image: { directory: tmpdir() } } }, async ({ aws, define, run, reaches }) => {
    await define("setsid sleep 300 & trap '' TERM; sleep 300");
    await reaches(await run(), 'RUNNING');
    const [process_] = aws.journal.running();

    await aws.stop();

    expect(livingInGroup(process_?.pid ?? 0)).toEqual([]);
    expect(aws.journal.running()).toEqual([]);
  });
});
