import { type AskedResource, policies, policyProblems } from '../../pulumi/policies.ts';

const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
const allow = (Action: string, Resource: string) => document({ Effect: 'Allow', Action, Resource });

/** For each rule, in their order: what breaks it. */
const broken: [type: string, inputs: Record<string, unknown>, problem: RegExp][] = [
  [
    'aws:iam/rolePolicy:RolePolicy',
    { policy: allow('iam:PassRole', 'arn:aws:iam::1:role/*') },
    /allows "iam:PassRole"/,
  ],
  ['aws:iam/policy:Policy', { policy: allow('s3:*', '*') }, /allows "s3:\*"/],
  [
    'aws:iam/role:Role',
    { assumeRolePolicy: document({ Effect: 'Allow', Action: 'sts:AssumeRole' }) },
    /names no account/,
  ],
  ['aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule', { cidrIpv4: '0.0.0.0/0' }, /everybody/],
  ['aws:rds/instance:Instance', { storageEncrypted: false }, /not encrypted/],
  ['aws:rds/instance:Instance', { storageEncrypted: true, publiclyAccessible: true }, /public/],
  ['aws:rds/instance:Instance', { storageEncrypted: true, publiclyAccessible: false, password: 'p' }, /password/],
  [
    'aws:rds/instance:Instance',
    { storageEncrypted: true, publiclyAccessible: false, manageMasterUserPassword: true },
    /TLS/,
  ],
  ['aws:ecs/service:Service', { networkConfiguration: { assignPublicIp: true } }, /public address/],
  ['aws:s3/bucket:Bucket', {}, /public access block/],
  ['aws:sqs/queue:Queue', {}, /not encrypted/],
  ['aws:cloudwatch/logGroup:LogGroup', {}, /for ever/],
  ['aws:ecr/repository:Repository', { imageTagMutability: 'MUTABLE' }, /moved/],
  ['aws:batch/jobDefinition:JobDefinition', { containerProperties: '{"image":"a:1"}' }, /digest/],
  ['aws:ecs/taskDefinition:TaskDefinition', { containerDefinitions: '[{"image":"a@sha256:1"}]' }, /old revision/],
];

test.each(broken)('%s %j is refused', (type, inputs, problem) => {
  const resource: AskedResource = { type, name: 'one', inputs };

  expect(policyProblems([resource])).toEqual([expect.stringMatching(problem)]);
});

test('each rule is tried here', () => {
  const tried = new Set(broken.map(([type]) => type));

  expect(policies.filter(({ types }) => !types.some((type) => tried.has(type)))).toEqual([]);
});
