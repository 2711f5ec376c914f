import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { parse } from 'dotenv';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { databaseProblems, secretArn } from './database-settings.ts';
import { type HealthSettings, healthAddress, healthSettings } from './health-settings.ts';
import { shortName, shortNameWords } from './short-name.ts';
import {
  type WebhookSettings,
  webhookAddress,
  webhookProblems,
  webhookSecrets,
  webhookSettings,
} from './webhook-settings.ts';

/** What a process is told by its environment. The only reader of it. */
export interface Settings {
  /** `NIGHTSHIFT_STAGE`. Default `'local'`. */
  stage: string;
  /** `DATABASE_URL`: Nightshift's own Postgres. A secret. */
  databaseUrl: string;
  /** `DATABASE_PASSWORD_SECRET`: ARN of the secret with the database's password; null = it is in the URL. */
  databasePasswordSecret: string | null;
  /** `TEMPORAL_*`, the standard names. Address by default 127.0.0.1:7233, namespace `default`. Holds secrets. */
  temporal: { namespace: string; connectionOptions: ClientConnectConfig['connectionOptions'] & { address: string } };
  /** `AWS_REGION`, `AWS_ENDPOINT_URL`; null = not set. Credentials stay with the AWS SDK. */
  aws: { region: string | null; endpointUrl: string | null };
  /** `NIGHTSHIFT_RESOURCES`: path of the resources file, or the `s3://` address of one or of a folder; null = not set. */
  resourcesAddress: string | null;
  /** `NIGHTSHIFT_WEBHOOK_ADDRESS`, `NIGHTSHIFT_WEBHOOK_SECRET`; null = workers take no webhooks. */
  webhook: WebhookSettings | null;
  /** `NIGHTSHIFT_HEALTH_ADDRESS`: where a worker says whether it is well; null = nowhere. */
  health: HealthSettings | null;
  /** `NIGHTSHIFT_LATCH_REDIS_URL` (a secret), `NIGHTSHIFT_LATCH_DYNAMODB_TABLE`; null = not set. */
  latches: { redisUrl: string | null; dynamodbTable: string | null };
  /** `NIGHTSHIFT_SCHEDULES`: who keeps the stage's schedules. Default `'temporal'`. */
  schedules: (typeof scheduleKeepers)[number];
  /** `NIGHTSHIFT_LOG_LEVEL`. Default `'info'`. */
  logLevel: (typeof logLevels)[number];
}

/** A process' environment. */
export type Environment = Record<string, string | undefined>;

/** Where {@link readSettings} looks beside the environment. */
export interface SettingsPlace {
  /** The project's `.nightshift` folder; a running `nightshift dev` leaves its addresses there in `local.env`. */
  stateDirectory: string;
}

const scheduleKeepers = ['temporal', 'eventbridge'] as const;
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Every variable: what it must look like, in words and with an example. */
const variables = {
  DATABASE_URL: {
    schema: z.string().regex(/^postgres(ql)?:\/\/\S+$/),
    expected: 'a PostgreSQL URL',
    example: 'postgres://user:password@127.0.0.1:5432/nightshift',
  },
  DATABASE_PASSWORD_SECRET: {
    schema: z.string().regex(secretArn).optional(),
    expected: 'the ARN of a secret in Secrets Manager',
    example: 'arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:nightshift-database-AbCdEf',
  },
  AWS_REGION: {
    schema: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
      .optional(),
    expected: 'an AWS region',
    example: 'ap-northeast-1',
  },
  AWS_ENDPOINT_URL: {
    schema: z.url({ protocol: /^https?$/ }).optional(),
    expected: 'an http or https URL',
    example: 'http://127.0.0.1:4566',
  },
  NIGHTSHIFT_STAGE: {
    schema: z.string().regex(shortName).default('local'),
    expected: shortNameWords,
    example: 'prod',
  },
  NIGHTSHIFT_RESOURCES: {
    schema: z
      .string()
      .regex(/^(?!s3:)|^s3:\/\/[^/]+\/.+$/)
      .optional(),
    expected: 'the path of the resources file, s3://bucket/key, or s3://bucket/folder/',
    example: '.nightshift/resources.json',
  },
  NIGHTSHIFT_WEBHOOK_ADDRESS: {
    schema: z.string().regex(webhookAddress).optional(),
    expected: 'host and port',
    example: '127.0.0.1:8080',
  },
  NIGHTSHIFT_WEBHOOK_SECRET: {
    schema: z.string().regex(webhookSecrets).optional(),
    expected: 'a secret of at least 32 characters, or two with a comma between them',
    example: 'what `openssl rand -hex 32` prints',
  },
  NIGHTSHIFT_HEALTH_ADDRESS: {
    schema: z.string().regex(healthAddress).optional(),
    expected: '127.0.0.1 and a port',
    example: '127.0.0.1:8079',
  },
  NIGHTSHIFT_LATCH_REDIS_URL: {
    schema: z.url({ protocol: /^rediss?$/ }).optional(),
    expected: 'a redis or rediss URL',
    example: 'redis://127.0.0.1:6379',
  },
  NIGHTSHIFT_LATCH_DYNAMODB_TABLE: {
    schema: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{3,255}$/)
      .optional(),
    expected: 'the name of a DynamoDB table',
    example: 'batch-locks',
  },
  NIGHTSHIFT_SCHEDULES: {
    schema: z.enum(scheduleKeepers).default('temporal'),
    expected: `one of ${scheduleKeepers.join(', ')}`,
    example: 'temporal',
  },
  NIGHTSHIFT_LOG_LEVEL: {
    schema: z.enum(logLevels).default('info'),
    expected: `one of ${logLevels.join(', ')}`,
    example: 'info',
  },
} as const;
type Variable = keyof typeof variables;

const schema = z.object({
  DATABASE_URL: variables.DATABASE_URL.schema,
  DATABASE_PASSWORD_SECRET: variables.DATABASE_PASSWORD_SECRET.schema,
  AWS_REGION: variables.AWS_REGION.schema,
  AWS_ENDPOINT_URL: variables.AWS_ENDPOINT_URL.schema,
  NIGHTSHIFT_STAGE: variables.NIGHTSHIFT_STAGE.schema,
  NIGHTSHIFT_RESOURCES: variables.NIGHTSHIFT_RESOURCES.schema,
  NIGHTSHIFT_WEBHOOK_ADDRESS: variables.NIGHTSHIFT_WEBHOOK_ADDRESS.schema,
  NIGHTSHIFT_WEBHOOK_SECRET: variables.NIGHTSHIFT_WEBHOOK_SECRET.schema,
  NIGHTSHIFT_HEALTH_ADDRESS: variables.NIGHTSHIFT_HEALTH_ADDRESS.schema,
  NIGHTSHIFT_LATCH_REDIS_URL: variables.NIGHTSHIFT_LATCH_REDIS_URL.schema,
  NIGHTSHIFT_LATCH_DYNAMODB_TABLE: variables.NIGHTSHIFT_LATCH_DYNAMODB_TABLE.schema,
  NIGHTSHIFT_SCHEDULES: variables.NIGHTSHIFT_SCHEDULES.schema,
  NIGHTSHIFT_LOG_LEVEL: variables.NIGHTSHIFT_LOG_LEVEL.schema,
} satisfies Record<Variable, z.ZodType>);

/**
 * Reads all settings. On stage `local`, variables of `local.env` that are not set are set in `env` itself,
 * so that the SDKs that read the environment on their own see the same addresses and credentials.
 * @throws ConfigError with every problem: the variable, what was expected, an example. Never a value.
 */
export function readSettings(env: Environment = process.env, { stateDirectory }: SettingsPlace): Settings {
  addLocalEnvironment(env, stateDirectory);
  const given = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1])));
  const parsed = schema.safeParse(given);
  const temporal = readTemporal(given);
  const problems = [
    ...(parsed.success ? [] : describe(parsed.error, given)),
    ...('problem' in temporal ? [temporal.problem] : []),
    ...databaseProblems(given),
    ...webhookProblems(given),
  ];
  if (!parsed.success || 'problem' in temporal || problems.length > 0) {
    throw new ConfigError('The environment is not complete or not right', problems);
  }
  return {
    stage: parsed.data.NIGHTSHIFT_STAGE,
    databaseUrl: parsed.data.DATABASE_URL,
    databasePasswordSecret: parsed.data.DATABASE_PASSWORD_SECRET ?? null,
    temporal,
    aws: { region: parsed.data.AWS_REGION ?? null, endpointUrl: parsed.data.AWS_ENDPOINT_URL ?? null },
    resourcesAddress: parsed.data.NIGHTSHIFT_RESOURCES ?? null,
    webhook: webhookSettings(parsed.data),
    health: healthSettings(parsed.data.NIGHTSHIFT_HEALTH_ADDRESS),
    latches: latchesOf(parsed.data),
    schedules: parsed.data.NIGHTSHIFT_SCHEDULES,
    logLevel: parsed.data.NIGHTSHIFT_LOG_LEVEL,
  };
}

/**
 * The external stores of locks, for local mode, which starts before there is a database to read all settings for.
 * @throws ConfigError when a variable has another form.
 */
export function readLatchSettings(env: Environment = process.env): Settings['latches'] {
  const given = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1])));
  const parsed = schema
    .pick({ NIGHTSHIFT_LATCH_REDIS_URL: true, NIGHTSHIFT_LATCH_DYNAMODB_TABLE: true })
    .safeParse(given);
  if (!parsed.success) throw new ConfigError('The environment is not right', describe(parsed.error, given));
  return latchesOf(parsed.data);
}

/**
 * Which stage (`--stage` wins), for commands that need no database.
 * @throws ConfigError when the name has another form.
 */
export function readStageName(stage: string | undefined, environment: Environment = process.env): string {
  const given = { NIGHTSHIFT_STAGE: stage ?? (environment.NIGHTSHIFT_STAGE || undefined) };
  const parsed = schema.pick({ NIGHTSHIFT_STAGE: true }).safeParse(given);
  if (parsed.success) return parsed.data.NIGHTSHIFT_STAGE;
  throw new ConfigError('The environment is not right', describe(parsed.error, given as Record<string, string>));
}

function latchesOf(read: {
  NIGHTSHIFT_LATCH_REDIS_URL?: string | undefined;
  NIGHTSHIFT_LATCH_DYNAMODB_TABLE?: string | undefined;
}): Settings['latches'] {
  return {
    redisUrl: read.NIGHTSHIFT_LATCH_REDIS_URL ?? null,
    dynamodbTable: read.NIGHTSHIFT_LATCH_DYNAMODB_TABLE ?? null,
  };
}

/** Only for stage `local`: a command for another stage must never be mixed up with a running `dev`. */
function addLocalEnvironment(env: Environment, stateDirectory: string): void {
  if ((env.NIGHTSHIFT_STAGE || 'local') !== 'local') return;
  const file = join(stateDirectory, 'local.env');
  if (!existsSync(file)) return;
  for (const [name, value] of Object.entries(parse(readFileSync(file)))) env[name] ??= value;
}

function readTemporal(env: Record<string, string>): Settings['temporal'] | { problem: string } {
  try {
    const { namespace, connectionOptions } = loadClientConnectConfig({ overrideEnvVars: env });
    const address = connectionOptions.address ?? '127.0.0.1:7233';
    return { namespace: namespace ?? 'default', connectionOptions: { ...connectionOptions, address } };
  } catch (error) {
    const named = Object.keys(env)
      .filter((name) => name.startsWith('TEMPORAL_'))
      .sort();
    return {
      problem: `${named.join(', ') || 'TEMPORAL_*'}: not usable together (${reasonOf(error)}); for example TEMPORAL_ADDRESS=127.0.0.1:7233`,
    };
  }
}

/** The library's own refusals name keys only; an error of the file's parser may quote a line of it, which may be a key's value. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  return /^(Validation error|Profile|Cannot|ENOENT)/.test(message)
    ? message
    : 'the Temporal config file cannot be read';
}

function describe(error: z.ZodError, env: Record<string, string>): string[] {
  return error.issues.map((issue) => {
    const name = String(issue.path[0]) as Variable;
    const { expected, example } = variables[name];
    const state = env[name] === undefined ? 'is not set' : 'has another form';
    return `${name}: ${state}; expected ${expected}, for example ${example}`;
  });
}
