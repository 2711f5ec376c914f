import { type RegisterTaskDefinitionRequest, RunTaskCommand, type RunTaskRequest } from '@aws-sdk/client-ecs';
import { onFargate, shell, withEcs } from './with-ecs.ts';

const tags = (count: number) => Array.from({ length: count }, (_, n) => ({ key: `tag${n}`, value: 'x' }));
const container = (name: string, environment?: { name: string; value: string }[]) => ({
  containerOverrides: [{ name, ...(environment && { environment }) }],
});
const spot = [{ capacityProvider: 'FARGATE_SPOT' }];
const onSpot = { launchType: undefined, capacityProviderStrategy: spot };

const refusals: [string, Partial<RunTaskRequest>, string, RegExp][] = [
  ['11 tasks at once', { count: 11 }, 'InvalidParameterException', /between 1 and 10, got 11/],
  ['a token of 65 characters', { clientToken: 'x'.repeat(65) }, 'InvalidParameterException', /64 characters/],
  ['a token with a blank', { clientToken: 'a b' }, 'InvalidParameterException', /ASCII 33 to 126/],
  ['startedBy of 129 characters', { startedBy: 'x'.repeat(129) }, 'InvalidParameterException', /128/],
  ['launch type and strategy', { capacityProviderStrategy: spot }, 'InvalidParameterException', /both a launch type/],
  ['neither of them', { launchType: undefined }, 'InvalidParameterException', /No Container Instances/],
  [
    'FARGATE_SPOT as launch type',
    { launchType: 'FARGATE_SPOT' as 'FARGATE' },
    'InvalidParameterException',
    /Instances/,
  ],
  ['no network', { networkConfiguration: undefined }, 'InvalidParameterException', /Network Configuration/],
  [
    'no subnets',
    { networkConfiguration: { awsvpcConfiguration: { subnets: [] } } },
    'InvalidParameterException',
    /subnets can not be empty/,
  ],
  [
    'overrides above 8,192 characters',
    { overrides: container('main', [{ name: 'X', value: 'x'.repeat(8_192) }]) },
    'InvalidParameterException',
    /at most 8192 characters, got 8\d\d\d/,
  ],
  ['a container that is not there', { overrides: container('other') }, 'InvalidParameterException', /named other/],
  ['51 tags', { tags: tags(51) }, 'InvalidParameterException', /at most 50 tags, got 51/],
  [
    '51 tags with those of the definition',
    { tags: tags(50), propagateTags: 'TASK_DEFINITION' },
    'InvalidParameterException',
    /at most 50 tags, got 51/,
  ],
  ['a cluster that is not there', { cluster: 'other' }, 'ClusterNotFoundException', /Cluster not found/],
  ['a definition that is not there', { taskDefinition: 'other' }, 'ClientException', /TaskDefinition not found/],
  ['a revision that is not there', { taskDefinition: 'build:7' }, 'ClientException', /TaskDefinition not found/],
  ['a pair that Fargate has not', { overrides: { cpu: '256', memory: '4096' } }, 'ClientException', /No Fargate/],
  [
    'another capacity provider',
    { launchType: undefined, capacityProviderStrategy: [{ capacityProvider: 'mine' }] },
    'InvalidParameterException',
    /mine/,
  ],
];

test.each(refusals)('RunTask refuses %s', async (_, changes, name, message) => {
  await withEcs({}, async ({ aws, ecs, define }) => {
    await define('true', { tags: [{ key: 'team', value: 'night' }] });

    const refused = ecs.send(new RunTaskCommand({ taskDefinition: 'build', ...onFargate, ...changes }));

    await expect(refused).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
    expect(aws.journal.calls('RunTask')).toMatchObject([{ outcome: name }]);
    expect(aws.journal.processes()).toEqual([]);
  });
});

test('Spot is asked for by the capacity provider, and tags of the definition come along when asked for', async () => {
  await withEcs({}, async ({ define, run, describe }) => {
    await define('true', { tags: [{ key: 'team', value: 'night' }] });
    const mine = [{ key: 'attempt', value: 'a1' }];

    const task = await describe(await run({ ...onSpot, tags: mine, propagateTags: 'TASK_DEFINITION' }));
    const plain = await describe(await run({ tags: mine }));

    expect(task).toMatchObject({ capacityProviderName: 'FARGATE_SPOT', launchType: 'FARGATE' });
    expect(task.tags).toEqual([{ key: 'team', value: 'night' }, ...mine]);
    expect(plain.capacityProviderName).toBeUndefined();
    expect(plain.tags).toEqual(mine);
  });
});

test('a strategy goes to the provider with a base, else to the heaviest', async () => {
  await withEcs({}, async ({ define, run, describe }) => {
    await define('true');
    const provider = async (spotWeight: number, base?: number) => {
      const items = [
        { capacityProvider: 'FARGATE', weight: 1, ...(base === undefined ? {} : { base }) },
        { capacityProvider: 'FARGATE_SPOT', weight: spotWeight },
      ];
      return (await describe(await run({ ...onSpot, capacityProviderStrategy: items }))).capacityProviderName;
    };

    expect([await provider(3), await provider(0), await provider(3, 1)]).toEqual([
      'FARGATE_SPOT',
      'FARGATE',
      'FARGATE',
    ]);
  });
});

const definitionRefusals: [string, Partial<RegisterTaskDefinitionRequest>, RegExp][] = [
  ['a family with a slash', { family: 'a/b' }, /family/],
  ['no containers', { containerDefinitions: [] }, /Container list cannot be empty/],
  ['a container without an image', { containerDefinitions: [{ name: 'main' }] }, /no image/],
  ['two containers of one name', { containerDefinitions: [shell('a', ''), shell('a', '')] }, /same name/],
  ['no essential container', { containerDefinitions: [{ ...shell('a', ''), essential: false }] }, /essential/],
  ['another network mode', { networkMode: 'bridge' }, /'awsvpc', got bridge/],
  ['no cpu', { cpu: undefined }, /'cpu' be defined/],
  ['no memory', { memory: undefined }, /'memory' be defined/],
  ['a pair that Fargate has not', { cpu: '512', memory: '8192' }, /No Fargate configuration.*512.*8192/],
  ['awslogs without an execution role', { executionRoleArn: undefined }, /execution role ARN/],
];

test.each(definitionRefusals)('RegisterTaskDefinition refuses %s', async (_, changes, message) => {
  await withEcs({}, async ({ define }) => {
    await expect(define('true', changes)).rejects.toMatchObject({
      name: 'ClientException',
      message: expect.stringMatching(message),
    });
  });
});

test.each([
  ['256', '512', '256', '512'],
  ['.25 vCPU', '0.5 GB', '256', '512'],
  ['1 vCPU', '8GB', '1024', '8192'],
  ['4096', '30720', '4096', '30720'],
  ['8192', '61440', '8192', '61440'],
  ['16384', '122880', '16384', '122880'],
])('Fargate takes cpu %s with memory %s', async (cpu, memory, units, mebibytes) => {
  await withEcs({}, async ({ define, run, describe }) => {
    await define('true', { cpu, memory });

    expect(await describe(await run())).toMatchObject({ cpu: units, memory: mebibytes });
  });
});
