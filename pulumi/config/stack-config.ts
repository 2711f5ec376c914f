import { z } from 'zod';
import { ConfigError, zodProblems } from '../../config/config-error.ts';
import { shortName, shortNameWords } from '../../config/short-name.ts';
import { arn, count, expected, keys, text, yesOrNo } from './shapes.ts';
import { conflictProblems } from './stack-conflicts.ts';
import { withDefaults } from './stack-defaults.ts';
import { neededProblems } from './stack-needs.ts';
import { vpc } from './vpc-shape.ts';

/** What CloudWatch Logs takes. Source: PutRetentionPolicy. */
const logDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 2_192, 2_557, 2_922, 3_288, 3_653,
];

const database = keys({
  class: text('an RDS instance class', 'db.t4g.small', /^db\.[a-z0-9]+\.[a-z0-9]+$/).optional(),
  storageGb: count(20, 65_536, 20).optional(),
  multiAz: yesOrNo.optional(),
  backupDays: count(1, 35, 7).optional(),
});

const batch = keys({
  maxVcpus: count(1, 10_000, 64).optional(),
  spotMaxVcpus: count(1, 10_000, 256).optional(),
  fairShare: keys({
    decaySeconds: count(0, 604_800, 3_600).optional(),
    reservation: count(0, 99, 20).optional(),
    weights: z.record(
      text(
        'share identifiers of letters and digits, "*" at the end for those that begin so',
        'teamA',
        /^[A-Za-z0-9]{1,255}\*?$/,
      ),
      z.number(expected('a weight from 0.0001 to 999.9999; less is more', 1)).min(0.0001).max(999.9999),
    ),
  }).optional(),
});

const workers = keys({
  count: count(1, 100, 2).optional(),
  most: count(1, 100, 6).optional(),
  vcpu: z.literal([0.25, 0.5, 1, 2, 4, 8, 16], expected('a number of vCPU that Fargate has', 0.5)).optional(),
  memory: text('a size that Fargate has with these vCPU', '1 GB', /^\d+ (MB|GB)$/).optional(),
  split: yesOrNo.optional(),
  secrets: z
    .record(
      text('a variable', 'NIGHTSHIFT_WEBHOOK_SECRET', /^[A-Z][A-Z0-9_]*$/),
      arn('secretsmanager', 'arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:webhooks-AbCdEf'),
    )
    .optional(),
  environment: z
    .record(text('a variable', 'NIGHTSHIFT_LOG_LEVEL', /^[A-Z][A-Z0-9_]*$/), z.string('write a text'))
    .optional(),
});

const secretArn = arn('secretsmanager', 'arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:temporal-AbCdEf');
const temporal = keys({
  address: text('host and port', 'shop.a1b2c.tmprl.cloud:7233', /^[A-Za-z0-9.-]+:\d+$/),
  namespace: text('a Temporal namespace', 'shop.a1b2c'),
  apiKeySecret: secretArn.optional(),
  tlsSecret: secretArn.optional(),
}).refine(
  ({ apiKeySecret, tlsSecret }) => apiKeySecret === undefined || tlsSecret === undefined,
  'apiKeySecret and tlsSecret: take one of the two out; a namespace has one way in',
);

const part = z.enum(
  ['all', 'data', 'platform', 'jobs'],
  'write "all", or for three stacks "data", "platform" and "jobs"',
);

/** Every key of a stack's configuration; its defaults are in `stack-defaults.ts`. */
export const stackSchema = keys({
  stage: text(`a stage of nightshift.config.ts, ${shortNameWords}`, 'dev', shortName),
  part: part.optional(),
  size: z.enum(['small', 'prod'], 'write "small" or "prod"').optional(),
  vpc: vpc.optional(),
  nat: z.enum(['gateway', 'endpoints'], 'write "gateway" or "endpoints"').optional(),
  database: database.optional(),
  protect: yesOrNo.optional(),
  batch: batch.optional(),
  workers: workers.optional(),
  temporal: temporal.optional(),
  schedules: z.enum(['temporal', 'eventbridge'], 'write "temporal" or "eventbridge"').optional(),
  alarms: keys({
    email: z.email(expected('an address', 'night@example.com')).optional(),
    topic: arn('sns', 'arn:aws:sns:ap-northeast-1:123456789012:on-call').optional(),
  }).optional(),
  logDays: z.literal(logDays, expected('a number of days that CloudWatch Logs takes', 365)).optional(),
  images: text(
    'the path of the file with the pushed images, from the project',
    '.nightshift/images/prod.json',
  ).optional(),
  withoutImages: yesOrNo.optional(),
  stacks: keys({
    data: text('the name of the stack of the part data', 'shop/nightshift/prod-data').optional(),
    platform: text('the name of the stack of the part platform', 'shop/nightshift/prod-platform').optional(),
  }).optional(),
});

/** A stack's configuration as it is written. */
export type GivenStackConfig = z.infer<typeof stackSchema>;

/** A stack's configuration with every default filled in. */
export type StackConfig = ReturnType<typeof withDefaults>;

/**
 * Reads a stack's configuration: the keys of the namespace `nightshift`, with values as Pulumi keeps them (texts, and
 * JSON for the rest).
 * @throws ConfigError with all problems: the key, what to write, an example.
 */
export function parseStackConfig(record: Record<string, unknown>): StackConfig {
  const values = Object.fromEntries(Object.entries(record).map(([key, value]) => [key, read(value)]));
  const parsed = stackSchema.safeParse(values);
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap(sayIssue)),
    ...neededProblems(values),
    ...conflictProblems(rightOnes(values)),
  ];
  if (!parsed.success || problems.length > 0) {
    throw new ConfigError('The stack configuration (Pulumi.<stack>.yaml) is not right', problems);
  }
  return withDefaults(parsed.data);
}

/** Pulumi hands out numbers, yes or no, and everything with parts as JSON text. */
function read(value: unknown): unknown {
  if (typeof value !== 'string' || !/^(\s*[[{].*|true|false|\d+(\.\d+)?)$/s.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    // Not JSON after all: the key's own check says what to write.
    return value;
  }
}

/** The keys whose values are right by themselves. */
function rightOnes(values: Record<string, unknown>): Partial<GivenStackConfig> {
  const right = Object.entries(stackSchema.shape).flatMap(([key, schema]) => {
    const { success, data } = schema.safeParse(values[key]);
    return success && data !== undefined ? [[key, data] as const] : [];
  });
  return Object.fromEntries(right);
}

/** A key that is not known is named by itself. */
function sayIssue(issue: z.core.$ZodIssue): string[] {
  return issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => `${[...issue.path, key].join('.')}: ${issue.message}`)
    : zodProblems(new z.ZodError([issue]));
}
