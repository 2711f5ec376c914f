import { TagResourceCommand as TagBatchResource } from '@aws-sdk/client-batch';
import { DescribeTasksCommand, StopTaskCommand, TagResourceCommand } from '@aws-sdk/client-ecs';
import { receiveTaskEvents, withEcs } from './with-ecs.ts';
import { until } from './with-local-aws.ts';

test('the end of a task is told in an EventBridge envelope with the task in it', async () => {
  await withEcs({}, async (all) => {
    await all.define('exit 3');
    const task = await all.stops(await all.run({ startedBy: 'a1' }));

    const [event] = await receiveTaskEvents(all, 1);

    expect(event).toMatchObject({
      version: '0',
      'detail-type': 'ECS Task State Change',
      source: 'aws.ecs',
      region: 'ap-northeast-1',
      resources: [task.taskArn],
      detail: {
        taskArn: task.taskArn,
        clusterArn: task.clusterArn,
        lastStatus: 'STOPPED',
        desiredStatus: 'STOPPED',
        stopCode: 'EssentialContainerExited',
        startedBy: 'a1',
        version: task.version,
        containers: [{ name: 'main', exitCode: 3 }],
        stoppedAt: task.stoppedAt?.toISOString(),
      },
    });
  });
});

test('events of tasks are lost and repeated on request', async () => {
  await withEcs({}, async (all) => {
    const { misbehave } = all.aws;
    await all.define('exit 0');

    misbehave.set({ loseEvents: true });
    await all.stops(await all.run());
    misbehave.set({ loseEvents: false, repeatEvents: 1 });
    const repeated = await all.run();
    const twice = await receiveTaskEvents(all, 2);

    expect(twice.map(({ detail }) => detail.taskArn)).toEqual([repeated, repeated]);
  });
});

test('a Spot task that is reclaimed says so; exit 0 on SIGTERM does not hide it', async () => {
  await withEcs({}, async ({ aws, define, run, stops }) => {
    await define("trap 'exit 0' TERM; sleep 300 & wait");
    aws.misbehave.jobRule({ kind: 'spotReclaim', jobName: 'a1', ms: 1_000 });

    const task = await stops(await run({ startedBy: 'a1' }));

    expect(task).toMatchObject({
      stopCode: 'SpotInterruption',
      stoppedReason: 'Your Spot Task was interrupted.',
      containers: [{ exitCode: 0 }],
    });
  });
});

test('a container out of memory is killed with the reason of AWS', async () => {
  await withEcs({}, async ({ aws, define, run, stops }) => {
    await define('sleep 300');
    aws.misbehave.jobRule({ kind: 'outOfMemory', jobName: 'main' });

    expect(await stops(await run())).toMatchObject({
      stopCode: 'EssentialContainerExited',
      containers: [{ exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }],
    });
  });
});

test('a task whose image cannot be pulled has failed to start, without exit codes', async () => {
  await withEcs({}, async ({ aws, define, run, stops }) => {
    await define('sleep 300');
    aws.misbehave.jobRule({ kind: 'imagePull', jobName: 'bui*' });
    const pulled = await stops(await run());
    await define('', { containerDefinitions: [{ name: 'main', image: 'nowhere' }] });
    const unknown = await stops(await run());

    for (const task of [pulled, unknown]) {
      expect(task).toMatchObject({
        stopCode: 'TaskFailedToStart',
        stoppedReason: expect.stringMatching(/^CannotPullContainerError: /),
      });
      expect(task.startedAt).toBeUndefined();
      expect(task.containers?.map(({ exitCode }) => exitCode)).toEqual([undefined]);
    }
    expect(aws.journal.processes()).toEqual([]);
  });
});

test('a rule hits as many tasks as it says, and leaves other families alone', async () => {
  await withEcs({}, async ({ aws, define, run, stops }) => {
    await define('exit 0');
    aws.misbehave.jobRule({ kind: 'imagePull', jobName: 'build', times: 1 });
    aws.misbehave.jobRule({ kind: 'imagePull', jobName: 'other' });

    const tasks = [await stops(await run()), await stops(await run())];

    expect(tasks.map((task) => task.stopCode)).toEqual(['TaskFailedToStart', 'EssentialContainerExited']);
  });
});

test('a task is MISSING for as long as it is told, although it runs and can be stopped', async () => {
  await withEcs({}, async ({ aws, ecs, define, run, stops }) => {
    await define('sleep 300');
    aws.misbehave.set({ describeLagMs: 60_000 });
    const arn = await run();
    await until(
      () => aws.journal.running().length,
      (count) => count === 1,
    );

    const lagging = await ecs.send(new DescribeTasksCommand({ tasks: [arn] }));
    await ecs.send(new StopTaskCommand({ task: arn, reason: 'enough' }));
    aws.misbehave.set({ describeLagMs: 0 });

    expect(lagging).toMatchObject({ tasks: [], failures: [{ arn, reason: 'MISSING' }] });
    expect(await stops(arn)).toMatchObject({ stoppedReason: 'enough' });
  });
});

test.each([
  ['throttle', 'ThrottlingException'],
  ['serverError', 'ServerException'],
  ['accessDenied', 'AccessDeniedException'],
] as const)('%s: no task is run', async (kind, name) => {
  await withEcs({}, async ({ aws, define, run }) => {
    await define('exit 0');
    aws.misbehave.rule({ kind, operation: 'RunTask' });

    await expect(run()).rejects.toMatchObject({ name });

    expect(aws.journal.processes()).toEqual([]);
  });
});

test('a rule can be for the operation of one service only', async () => {
  await withEcs({}, async ({ aws, bench, ecs, define }) => {
    const resourceArn = await define('exit 0');
    const jobDefinition = await bench.define('exit 0');
    aws.misbehave.rule({ kind: 'throttle', operation: 'TagResource', service: 'ecs' });

    await bench.batch.send(new TagBatchResource({ resourceArn: jobDefinition, tags: { a: '1' } }));
    const throttled = ecs.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'a', value: '1' }] }));

    await expect(throttled).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
});
