import {
  CreateClusterCommand,
  DeregisterTaskDefinitionCommand,
  DescribeClustersCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTagsForResourceCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  type ListTasksRequest,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecs';
import { withEcs } from './with-ecs.ts';

test('a family alone means the newest active revision, and revisions keep their numbers', async () => {
  await withEcs({}, async ({ ecs, define, run, describe }) => {
    const first = await define('true');
    const second = await define('true', { tags: [{ key: 'team', value: 'night' }] });
    const newest = await describe(await run());
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: second }));
    const afterwards = await describe(await run());
    const third = await define('true');

    const { taskDefinitionArns } = await ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: 'build' }));
    const described = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: 'build:2', include: ['TAGS'] }),
    );

    expect([newest.taskDefinitionArn, afterwards.taskDefinitionArn]).toEqual([second, first]);
    expect(third).toMatch(/task-definition\/build:3$/);
    expect(taskDefinitionArns).toEqual([first, third]);
    expect(described).toMatchObject({
      taskDefinition: { taskDefinitionArn: second, revision: 2, status: 'INACTIVE', family: 'build', cpu: '512' },
      tags: [{ key: 'team', value: 'night' }],
    });
    expect(described.taskDefinition?.registeredAt).toBeInstanceOf(Date);
    await expect(run({ taskDefinition: second })).rejects.toThrow(/inactive/);
    await expect(ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'other' }))).rejects.toMatchObject({
      name: 'ClientException',
    });
  });
});

test('tasks are listed by what they are to be, by who started them and by family', async () => {
  await withEcs({}, async ({ ecs, define, run, stops, reaches }) => {
    await define('exit 0');
    await define('sleep 300', { family: 'long' });
    const ended = await run({ startedBy: 'a1' });
    const running = await run({ taskDefinition: 'long', startedBy: 'a1' });
    const other = await run({ taskDefinition: 'long' });
    await stops(ended);
    await reaches(other, 'RUNNING');
    const list = async (request: Partial<ListTasksRequest>) => (await ecs.send(new ListTasksCommand(request))).taskArns;

    expect(await list({})).toEqual([other, running]);
    expect(await list({ startedBy: 'a1' })).toEqual([running]);
    expect(await list({ startedBy: 'a1', desiredStatus: 'STOPPED' })).toEqual([ended]);
    expect(await list({ family: 'long' })).toEqual([other, running]);
    expect(await list({ family: 'build' })).toEqual([]);
    const page = await ecs.send(new ListTasksCommand({ maxResults: 1 }));
    expect(page.taskArns).toEqual([other]);
    expect(await list({ nextToken: page.nextToken })).toEqual([running]);
    await expect(list({ startedBy: 'a1', family: 'long' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(list({ cluster: 'other' })).rejects.toMatchObject({ name: 'ClusterNotFoundException' });
  });
});

test('DescribeTasks takes 100 ids and refuses 101', async () => {
  await withEcs({}, async ({ ecs, define, run }) => {
    await define('exit 0');
    const arn = await run();
    const ids = (count: number) => [arn, ...Array.from({ length: count - 1 }, (_, n) => `${n}`)];

    const { tasks, failures } = await ecs.send(new DescribeTasksCommand({ tasks: ids(100) }));

    expect(tasks).toMatchObject([{ taskArn: arn, tags: [] }]);
    expect(failures).toHaveLength(99);
    await expect(ecs.send(new DescribeTasksCommand({ tasks: ids(101) }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

test('clusters are made once, described with what runs in them, and MISSING when unknown', async () => {
  await withEcs({ clusters: ['night'] }, async ({ ecs, define, run, reaches }) => {
    await define('sleep 300');
    const made = await ecs.send(new CreateClusterCommand({ clusterName: 'day' }));
    const again = await ecs.send(new CreateClusterCommand({ clusterName: 'day' }));
    const arn = await run({ cluster: 'night' });
    await expect(reaches(arn, 'RUNNING')).rejects.toMatchObject({ name: 'ClusterNotFoundException' });

    const { clusters, failures } = await ecs.send(new DescribeClustersCommand({ clusters: ['night', 'day', 'x'] }));

    expect(again.cluster?.clusterArn).toBe(made.cluster?.clusterArn);
    expect(clusters).toMatchObject([
      { clusterName: 'night', status: 'ACTIVE', capacityProviders: ['FARGATE', 'FARGATE_SPOT'] },
      { clusterName: 'day', runningTasksCount: 0, pendingTasksCount: 0 },
    ]);
    expect((clusters?.[0]?.runningTasksCount ?? 0) + (clusters?.[0]?.pendingTasksCount ?? 0)).toBe(1);
    expect(failures).toMatchObject([{ reason: 'MISSING' }]);
    const onSpot = { launchType: undefined, capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] };
    await expect(run({ cluster: 'day', ...onSpot })).rejects.toThrow(/not associated with the cluster day/);
  });
});

test('tasks, definitions and clusters are tagged and untagged', async () => {
  await withEcs({}, async ({ ecs, define, run }) => {
    const definition = await define('sleep 300');
    const cluster = 'arn:aws:ecs:ap-northeast-1:000000000000:cluster/default';

    for (const resourceArn of [await run(), definition, cluster]) {
      const tags = [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ];
      await ecs.send(new TagResourceCommand({ resourceArn, tags }));
      await ecs.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }));
      const found = await ecs.send(new ListTagsForResourceCommand({ resourceArn }));

      expect(found.tags).toEqual([{ key: 'b', value: '2' }]);
    }
  });
});
