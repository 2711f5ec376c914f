import type { Place } from '../../model/deployed-names.ts';
import { nothingExists } from '../../model/deployed-names.ts';
import { AlarmTopic } from '../../pulumi/data/alarm-topic.ts';
import { Database } from '../../pulumi/data/database.ts';
import { Network } from '../../pulumi/data/network.ts';
import { sixteenth } from '../../pulumi/data/subnets.ts';
import { Functions } from '../../pulumi/jobs/functions.ts';
import { WorkerService } from '../../pulumi/jobs/worker-service.ts';
import { BatchQueues } from '../../pulumi/platform/batch-queues.ts';
import { EventPipe } from '../../pulumi/platform/event-pipe.ts';
import { policyProblems } from '../../pulumi/policies.ts';
import { inputsOf, record } from './record.ts';

const place: Place = {
  project: 'shop',
  stage: 'dev',
  region: 'ap-northeast-1',
  accountId: '111111111111',
  existing: nothingExists,
};

test('the Spot queue falls back to on demand, and no job stays for ever in a queue that cannot start it', async () => {
  const made = await record(() => {
    new BatchQueues('queues', {
      ...{ queues: { onDemand: 'shop-dev-on-demand', spot: 'shop-dev-spot' }, maxVcpus: 8, spotMaxVcpus: 32 },
      ...{
        subnetIds: ['subnet-1'],
        securityGroupIds: ['sg-1'],
        fairShare: { weights: { 'team*': 1 }, decaySeconds: 60 },
      },
    });
  });

  const { 'shop-dev-spot': spot } = inputsOf(made, 'batch.JobQueue');
  const order = spot?.computeEnvironmentOrders as { order: number; computeEnvironment: string }[];
  expect(order.map(({ computeEnvironment }) => computeEnvironment.split('/').at(-1))).toEqual([
    'shop-dev-spot',
    'shop-dev-on-demand',
  ]);
  expect(spot?.jobStateTimeLimitActions).toHaveLength(3);
  expect(spot?.schedulingPolicyArn).toMatch(/^arn:aws:batch:/);
  for (const inputs of Object.values(inputsOf(made, 'batch.ComputeEnvironment'))) {
    expect(inputs).not.toHaveProperty('name');
    expect(inputs).not.toHaveProperty('serviceRole');
  }
});

test('a network that is there gets security groups, and nothing else', async () => {
  const made = await record(() => {
    new Network('shop-dev', {
      ...{ region: 'ap-northeast-1', nat: 'gateway', gatewayEachZone: true },
      vpc: { id: 'vpc-1', subnets: ['subnet-1', 'subnet-2'] },
    });
  });

  expect(made.map(({ type }) => type.split(':').at(-1)).sort()).toEqual([
    ...['Network', 'SecurityGroup', 'SecurityGroup', 'SecurityGroupEgressRule', 'SecurityGroupEgressRule'],
  ]);
});

test('a new network has a private subnet in each zone, and a NAT gateway in each when asked for', async () => {
  const made = await record(() => {
    new Network('shop-dev', {
      ...{ region: 'ap-northeast-1', nat: 'gateway', gatewayEachZone: true },
      vpc: { cidr: '10.20.0.0/16', zones: ['ap-northeast-1a', 'ap-northeast-1c'] },
    });
  });

  const ranges = Object.values(inputsOf(made, 'ec2.Subnet')).map(({ cidrBlock }) => cidrBlock);
  expect(ranges.sort()).toEqual(['10.20.0.0/20', '10.20.128.0/20', '10.20.144.0/20', '10.20.16.0/20']);
  expect(Object.keys(inputsOf(made, 'ec2.NatGateway'))).toHaveLength(2);
  expect(sixteenth('10.20.48.0/20', 15)).toBe('10.20.63.0/24');
});

test('a protected database cannot be deleted by Pulumi or AWS, and leaves a snapshot', async () => {
  const made = await record(() => {
    new Database('database', {
      ...{
        identifier: 'shop-prod',
        class: 'db.m7g.large',
        storageGb: 100,
        multiAz: true,
        backupDays: 30,
        protect: true,
        logDays: 90,
      },
      ...{ vpcId: 'vpc-1', subnetIds: ['subnet-1'], clientGroup: 'sg-workers' },
    });
  });

  const instance = made.find(({ type }) => type === 'aws:rds/instance:Instance');
  expect(instance).toMatchObject({
    protect: true,
    inputs: { deletionProtection: true, skipFinalSnapshot: false, multiAz: true, backupRetentionPeriod: 30 },
  });
  expect(inputsOf(made, 'cloudwatch.LogGroup').database).toEqual({
    name: '/aws/rds/instance/shop-prod/postgresql',
    retentionInDays: 90,
  });
  expect(inputsOf(made, 'vpc.SecurityGroupIngressRule').database).toMatchObject({
    referencedSecurityGroupId: 'sg-workers',
    fromPort: 5432,
  });
  expect(policyProblems(made)).toEqual([]);
});

test.each([
  [20, 200],
  [10_000, 65_536],
  [59_578, 65_536],
  [59_579, undefined],
  [65_536, undefined],
])(
  'a database of %d GB may grow to %p GB: RDS has 65,536 at most, and wants a tenth more than there is',
  async (storageGb, most) => {
    const made = await record(() => {
      new Database('database', {
        ...{ identifier: 'shop-prod', class: 'db.m7g.large', multiAz: true, backupDays: 30, protect: true, storageGb },
        logDays: 90,
        ...{ vpcId: 'vpc-1', subnetIds: ['subnet-1'], clientGroup: 'sg-workers' },
      });
    });

    expect(inputsOf(made, 'rds.Instance').database?.maxAllocatedStorage).toBe(most);
  },
);

test('events are only of what bears the names of the stage, and both queues put aside what cannot be taken', async () => {
  const made = await record(() => {
    new EventPipe('pipe', { place });
  });

  const rules = Object.values(inputsOf(made, 'cloudwatch.EventRule')).map(({ eventPattern }) => String(eventPattern));
  expect(rules).toHaveLength(3);
  for (const pattern of rules) expect(pattern).toMatch(/"shop-dev-"|cluster\/shop-dev"/);
  const queues = inputsOf(made, 'sqs.Queue');
  expect(Object.keys(queues).sort()).toEqual(['pipe-events', 'pipe-events-dead', 'pipe-starts', 'pipe-starts-dead']);
  expect(String(queues['pipe-starts']?.redrivePolicy)).toContain('shop-dev-starts-dead');
  const [policy] = Object.values(inputsOf(made, 'sqs.QueuePolicy')).map((one) => JSON.parse(String(one.policy)));
  expect(policy.Statement.map(({ Condition }: { Condition: object }) => Condition)).toEqual([
    { ArnLike: { 'aws:SourceArn': 'arn:aws:events:ap-northeast-1:111111111111:rule/shop-dev-*' } },
  ]);
});

test('EventBridge may publish to the topic of the alarms without a condition, which it could not fulfil', async () => {
  const made = await record(() => {
    new AlarmTopic('alarm-topic', { topic: 'shop-dev-alarms', accountId: place.accountId, email: null });
  });

  const [policy] = Object.values(inputsOf(made, 'sns.TopicPolicy')).map((one) => JSON.parse(String(one.policy)));
  expect(policy.Statement.map(({ Sid, Condition }: { Sid: string; Condition?: object }) => [Sid, Condition])).toEqual([
    ['cloudwatch', { StringEquals: { 'aws:SourceAccount': place.accountId } }],
    ['events', undefined],
  ]);
});

test('workers are replaced one by one, go back by themselves, and the scaling keeps its count', async () => {
  const made = await record(() => {
    new WorkerService('worker-all', {
      ...{ service: 'shop-dev-worker-all', cluster: 'shop-dev', definition: 'arn:aws:ecs:x:1:task-definition/w:1' },
      ...{ subnetIds: ['subnet-1'], securityGroup: 'sg-1', least: 1, most: 4 },
      backlog: { taskQueues: ['shop-dev', 'shop-dev-calls'], namespace: 'Nightshift/shop-dev' },
    });
  });

  const service = made.find(({ type }) => type === 'aws:ecs/service:Service');
  expect(service?.ignoreChanges).toEqual(['desiredCount']);
  expect(service?.inputs).toMatchObject({
    ...{ deploymentMinimumHealthyPercent: 100, deploymentMaximumPercent: 200 },
    deploymentCircuitBreaker: { enable: true, rollback: true },
  });
  expect(service?.inputs).not.toHaveProperty('launchType');
  expect(inputsOf(made, 'appautoscaling.Target')['worker-all']).toMatchObject({ minCapacity: 1, maxCapacity: 4 });
  const policy = JSON.stringify(inputsOf(made, 'appautoscaling.Policy'));
  expect(policy).toContain('"(backlog0 + backlog1) / workers"');
  expect(policy.match(/TaskQueueBacklog"/g)).toHaveLength(2);
});

test('workers whose most is no more than their least are not scaled, and Pulumi keeps their count', async () => {
  const made = await record(() => {
    new WorkerService('worker-all', {
      ...{ service: 'shop-dev-worker-all', cluster: 'shop-dev', definition: 'arn:aws:ecs:x:1:task-definition/w:1' },
      ...{ subnetIds: ['subnet-1'], securityGroup: 'sg-1', least: 2, most: 2 },
      backlog: { taskQueues: ['shop-dev'], namespace: 'Nightshift/shop-dev' },
    });
  });

  expect(made.find(({ type }) => type === 'aws:ecs/service:Service')?.ignoreChanges ?? []).toEqual([]);
  expect(inputsOf(made, 'appautoscaling.Target')).toEqual({});
});

test('each component is the parent of what it makes', async () => {
  const made = await record(() => {
    new Functions('functions', { place, tasks: [] });
    new EventPipe('pipe', { place });
  });

  const orphans = made.filter(({ custom, parent }) => custom && !parent.includes('nightshift:'));
  expect(orphans).toEqual([]);
});
