import { CreateClusterCommand, RunTaskCommand, type RunTaskRequest } from '@aws-sdk/client-ecs';
import { type EcsBench, onFargate, withEcs } from './with-ecs.ts';

const clientToken = 'attempt-1';

test('the same call with the same token finds the task that it made', async () => {
  await withEcs({}, async ({ aws, ecs, define, run, stops }) => {
    await define('exit 0');

    const first = await run({ clientToken });
    const second = await run({ clientToken });
    await stops(first);
    const third = await ecs.send(runTask({ clientToken }));

    expect(second).toBe(first);
    expect(third).toMatchObject({ tasks: [{ taskArn: first, lastStatus: 'STOPPED' }], failures: [] });
    expect(aws.journal.processes()).toHaveLength(1);
    expect(aws.journal.calls('RunTask').map((call) => call.jobId)).toEqual([first, first, first]);
  });
});

test('two calls at the same moment make one task', async () => {
  await withEcs({}, async ({ aws, define, run, stops }) => {
    await define('exit 0');
    const held = aws.misbehave.hold('RunTask');
    const calls = [run({ clientToken }), run({ clientToken })];
    await held.waiting(2);

    held.release();
    const [first, second] = await Promise.all(calls);
    await stops(first ?? '');

    expect(second).toBe(first);
    expect(aws.journal.processes()).toHaveLength(1);
  });
});

test('the answer that was lost is got by asking again', async () => {
  await withEcs({}, async ({ aws, define, run, stops }) => {
    await define('exit 0');
    aws.misbehave.rule({ kind: 'loseAnswer', operation: 'RunTask', times: 1 });

    await expect(run({ clientToken })).rejects.toThrow();
    const arn = await run({ clientToken });
    await stops(arn);

    expect(aws.journal.calls('RunTask')).toMatchObject([
      { outcome: 'lost', jobId: arn },
      { outcome: 'ok', jobId: arn },
    ]);
    expect(aws.journal.processes()).toHaveLength(1);
  });
});

test('other parameters with the same token are a conflict that names the tasks', async () => {
  await withEcs({}, async ({ aws, ecs, define, run, stops }) => {
    await define('exit 0');
    const arn = await run({ clientToken });

    const conflict = ecs.send(runTask({ clientToken, startedBy: 'somebody-else' }));

    await expect(conflict).rejects.toMatchObject({ name: 'ConflictException', resourceIds: [arn] });
    await stops(arn);
    expect(aws.journal.processes()).toHaveLength(1);
  });
});

test('a token belongs to its cluster', async () => {
  await withEcs({}, async ({ ecs, define, run }: EcsBench) => {
    await define('exit 0');
    const capacityProviders = ['FARGATE', 'FARGATE_SPOT'];
    await ecs.send(new CreateClusterCommand({ clusterName: 'other', capacityProviders }));

    const here = await run({ clientToken });
    const there = await run({ clientToken, cluster: 'other' });

    expect(there).toContain(':task/other/');
    expect(here).not.toBe(there);
  });
});

test('a call that got no capacity has used no token up', async () => {
  await withEcs({}, async ({ aws, ecs, define, run }) => {
    await define('exit 0');
    aws.misbehave.jobRule({ kind: 'noCapacity', jobName: 'build' });

    const refused = await ecs.send(runTask({ clientToken }));

    expect(refused.tasks).toEqual([]);
    expect(refused.failures).toMatchObject([
      { reason: expect.stringMatching(/^Capacity is unavailable at this time/) },
    ]);
    expect(aws.journal.processes()).toEqual([]);
    await expect(run({ clientToken })).resolves.toMatch(/:task\//);
  });
});

function runTask(changes: Partial<RunTaskRequest>): RunTaskCommand {
  return new RunTaskCommand({ taskDefinition: 'build', ...onFargate, ...changes });
}
