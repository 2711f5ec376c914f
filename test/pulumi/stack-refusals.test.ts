import type { ConfigError } from '../../config/config-error.ts';
import { nothingExists } from '../../model/deployed-names.ts';
import { parseStackConfig } from '../../pulumi/config/stack-config.ts';
import { checkStage } from '../../pulumi/config/stage-checks.ts';

const zones = ['ap-northeast-1a', 'ap-northeast-1c'];
const newVpc = { cidr: '10.20.0.0/16', zones };
const existingVpc = { id: 'vpc-0a1b2c3d', subnets: ['subnet-1a', 'subnet-2b'] };
const temporal = { address: 'temporal.internal:7233', namespace: 'dev' };
const small = { stage: 'dev', vpc: newVpc, temporal };
const topic = 'arn:aws:sns:ap-northeast-1:123456789012:on-call';
const secret = 'arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:x-AbCdEf';

test.each([
  ['an octet above 255', { vpc: { ...newVpc, cidr: '999.300.0.0/16' } }, /^vpc\.cidr: write an address range of \/16 /],
  [
    'an address within a range',
    { vpc: { ...newVpc, cidr: '10.20.5.7/16' } },
    /^vpc\.cidr: is an address within a range; write the range itself, "10\.20\.0\.0\/16"$/,
  ],
  [
    'a network too small for endpoints',
    { nat: 'endpoints', vpc: { ...newVpc, cidr: '10.20.4.0/23' } },
    /^vpc\.cidr: is too small for nat: endpoints.* write a range of \/16 to \/22/,
  ],
  ['a zone twice', { vpc: { ...newVpc, zones: [zones[0], zones[0]] } }, /^vpc\.zones: names one twice; write two to/],
  [
    'a subnet twice',
    { vpc: { ...existingVpc, subnets: ['subnet-1a', 'subnet-1a'] } },
    /^vpc\.subnets: names one twice; write two private subnets or more/,
  ],
  ['nat beside a VPC that is there', { nat: 'gateway', vpc: existingVpc }, /^nat: is how a new VPC.* take nat out/],
  [
    'an address beside a topic',
    { alarms: { topic, email: 'night@example.com' } },
    /^alarms\.email: .* take one of the two out/,
  ],
  [
    'a variable that is in both',
    { workers: { environment: { SLACK: 'x' }, secrets: { SLACK: secret } } },
    /^workers\.secrets\.SLACK: is in workers\.environment, too; take one of the two out$/,
  ],
  [
    'a plain variable of the deployment',
    { workers: { environment: { DATABASE_URL: 'x' } } },
    /^workers\.environment\.DATABASE_URL: is set by the deployment; take it out: /,
  ],
  [
    'a secret variable of the deployment',
    { workers: { secrets: { TEMPORAL_API_KEY: secret } } },
    /^workers\.secrets\.TEMPORAL_API_KEY: is set by the deployment; take it out: write temporal\.apiKeySecret$/,
  ],
  [
    'TLS beside a key for Temporal',
    { temporal: { ...temporal, apiKeySecret: secret }, workers: { environment: { TEMPORAL_TLS: 'false' } } },
    /^workers\.environment\.TEMPORAL_TLS: is set by the deployment/,
  ],
  [
    'an unknown key of an object',
    { workers: { foo: 1 } },
    /^workers\.foo: no such key; write count, most, vcpu, memory, split, secrets, environment$/,
  ],
  [
    'an unknown key further down',
    { batch: { fairShare: { weights: {}, wait: 1 } } },
    /^batch\.fairShare\.wait: no such key; write decaySeconds, reservation, weights$/,
  ],
  ['an unknown key of a new VPC', { vpc: { ...newVpc, nat: 'x' } }, /^vpc\.nat: no such key; write cidr, zones$/],
  ['a number in place of an object', { workers: 3 }, /^workers: write count, most, vcpu/],
])('%s is refused with what to write', (_name, changes, expected) => {
  expect(problemsOf(changes)).toEqual([expect.stringMatching(expected)]);
});

test('keys that do not go together are told beside keys that are wrong by themselves', () => {
  const problems = problemsOf({
    ...{ nat: 'gateway', vpc: existingVpc, logDays: 100, stage: 'a--b' },
    workers: { environment: { AWS_REGION: 'eu-west-1' } },
  });

  expect(problems.map((problem) => problem.split(': ')[0])).toEqual([
    'stage',
    'logDays',
    'nat',
    'workers.environment.AWS_REGION',
  ]);
});

test.each([
  { vpc: { ...newVpc, cidr: '10.20.7.0/24' } },
  { vpc: { ...newVpc, cidr: '10.20.4.0/22' }, nat: 'endpoints' },
  { vpc: existingVpc },
  { alarms: { topic } },
  { workers: { environment: { TEMPORAL_TLS: 'true' }, secrets: { NIGHTSHIFT_WEBHOOK_SECRET: secret } } },
])('%j is taken', (changes) => {
  expect(problemsOf(changes)).toEqual([]);
});

describe('what lies elsewhere than the stage', () => {
  const place = {
    ...{ project: 'shop', stage: 'dev', region: 'ap-northeast-1', accountId: '123456789012' },
    existing: nothingExists,
  };
  const problemsAt = (changes: object): Promise<readonly string[]> => {
    const config = parseStackConfig({ ...small, part: 'data', ...changes });
    const stage = { place, config, jobs: [], images: {}, directory: '.', timezone: 'UTC' };
    return checkStage(stage, []).then(
      () => [],
      (error: ConfigError) => error.problems,
    );
  };

  test('each zone of another region is refused, with one that is right', async () => {
    expect(
      await problemsAt({ vpc: { ...newVpc, zones: ['us-east-1a', 'ap-northeast-1c', 'ap-northeast-2a'] } }),
    ).toEqual([
      'vpc.zones.0: us-east-1a is not in the stage\'s region; write a zone of ap-northeast-1, such as "ap-northeast-1a"',
      expect.stringMatching(/^vpc\.zones\.2: ap-northeast-2a is not/),
    ]);
  });

  test.each(['arn:aws:sns:us-east-1:123456789012:on-call', 'arn:aws:sns:ap-northeast-1:999999999999:on-call'])(
    'the topic %s is refused, with one that alarms reach',
    async (elsewhere) => {
      expect(await problemsAt({ alarms: { topic: elsewhere } })).toEqual([
        expect.stringMatching(/^alarms\.topic: is not in .* such as "arn:aws:sns:ap-northeast-1:123456789012:on-call"/),
      ]);
    },
  );

  test('what lies in the stage is taken', async () => {
    expect(await problemsAt({ alarms: { topic } })).toEqual([]);
    expect(await problemsAt({ vpc: existingVpc })).toEqual([]);
  });
});

function problemsOf(changes: Record<string, unknown>): readonly string[] {
  return problemsIn(() => parseStackConfig({ ...small, ...changes }));
}

function problemsIn(check: () => unknown): readonly string[] {
  try {
    check();
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
}
