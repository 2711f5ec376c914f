import type { ConfigError } from '../../config/config-error.ts';
import { parseStackConfig } from '../../pulumi/config/stack-config.ts';

const small = {
  stage: 'dev',
  vpc: '{"cidr":"10.20.0.0/16","zones":["ap-northeast-1a","ap-northeast-1c"]}',
  temporal: '{"address":"temporal.internal:7233","namespace":"dev"}',
};

test('the values that Pulumi keeps are read, and every default is filled in', () => {
  const config = parseStackConfig({ ...small, database: '{"storageGb":50}', protect: 'true', logDays: '90' });

  expect(config).toMatchObject({
    ...{ stage: 'dev', part: 'all', size: 'small', nat: 'gateway', schedules: 'temporal', protect: true, logDays: 90 },
    ...{ images: '.nightshift/images/dev.json', vpc: { cidr: '10.20.0.0/16' } },
    database: { class: 'db.t4g.micro', storageGb: 50, multiAz: false, backupDays: 7 },
  });
});

test('the large size is protected, in two zones and with workers for each half', () => {
  const config = parseStackConfig({ ...small, size: 'prod' });

  expect(config).toMatchObject({
    ...{ protect: true, workers: { count: 2, split: true }, database: { multiAz: true, backupDays: 30 } },
    logDays: 365,
  });
});

test('all problems are told at once, each with its key and an example', () => {
  const problems = problemsOf({
    ...{
      stage: 'Dev',
      part: 'everything',
      nat: 'instance',
      vpc: '{"cidr":"10.20.0.0/28","zones":["x"]}',
      naat: 'gateway',
    },
    ...{ database: '{"backupDays":99}', workers: '{"memory":"lots"}', logDays: '100', alarms: '{"email":"night"}' },
    temporal: '{"address":"temporal","namespace":"dev"}',
  });

  const keys = [
    'stage',
    'part',
    'nat',
    'vpc.cidr',
    'vpc.zones',
    'vpc.zones.0',
    'database.backupDays',
    'workers.memory',
    'logDays',
    'alarms.email',
    'temporal.address',
    'naat',
  ];
  expect(problems.map((problem) => problem.split(': ')[0]).sort()).toEqual(keys.sort());
  for (const problem of problems) expect(problem).toMatch(/write /);
  expect(problems.join('\n')).toMatch(/stage: .*such as "dev"/);
  expect(problems.join('\n')).toMatch(/naat: no such key; write stage, part/);
});

test.each([
  ['all', ['vpc', 'temporal']],
  ['data', ['vpc']],
  ['platform', ['stacks.data']],
  ['jobs', ['temporal', 'stacks.data', 'stacks.platform']],
])('the part %s says what it needs', (part, keys) => {
  const problems = problemsOf({ stage: 'dev', part });

  expect(problems.map((problem) => problem.split(': ')[0])).toEqual(keys);
});

test('one way into Temporal', () => {
  const arn = 'arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:temporal-AbCdEf';
  const temporal = JSON.stringify({ address: 'a:7233', namespace: 'n', apiKeySecret: arn, tlsSecret: arn });

  expect(problemsOf({ ...small, temporal })).toEqual([expect.stringContaining('take one of the two out')]);
});

function problemsOf(record: Record<string, unknown>): readonly string[] {
  try {
    parseStackConfig(record);
  } catch (error) {
    return (error as ConfigError).problems;
  }
  throw new Error('It was taken');
}
