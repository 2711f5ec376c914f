import { z } from 'zod';
import type { BatchTaskOptions } from '../model/batch-task.ts';
import type { CodeBuildTaskOptions } from '../model/code-build-task.ts';
import type { EcsTaskOptions } from '../model/ecs-task.ts';
import type { FunctionTask } from '../model/function-task.ts';
import type { LambdaTaskOptions } from '../model/lambda-task.ts';
import { fargateProblem, memoryMib } from '../model/size.ts';
import type { AwsTaskOptions } from '../model/task.ts';
import type { BucketUse, QueueUse, SecretUse, TopicUse } from '../model/uses.ts';
import { duration, durationWithin, readBy, retry, type Shape, text } from './option-shapes.ts';
import { lambdaVariableName, variableName } from './variable-shape.ts';

const minute = 60_000;
const yesOrNo = z.boolean('write true or false');
const app = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'write the name of a folder under apps/, such as "ranking"');
const command = z.array(text).min(1, 'write the program and its arguments, such as ["node", "score.js"]');
const vcpu = z.number('write a number that Fargate offers, such as 1').positive('write a number above 0');
const memory = readBy(memoryMib);
const longEnough = durationWithin(
  minute,
  Number.POSITIVE_INFINITY,
  'is too short for AWS Batch; write at least "1 minute"',
);

// Sources: Secrets Manager, CreateSecret; S3, bucket naming rules; SNS, CreateTopic; SQS, CreateQueue.
const secretName = z
  .string()
  .regex(/^[A-Za-z0-9/_+=.@-]{1,400}$/, 'write letters, digits and /_+=.@-, such as "market/database"');
const bucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'write lower-case letters, digits and "-", such as "crawls"');
const channelName = z.string().regex(/^[A-Za-z0-9_-]{1,80}$/, 'write letters, digits, "-" and "_", such as "crawls"');
const access = z.enum(['read', 'write', 'readWrite'], 'write "read", "write" or "readWrite"');
const usesNamedBy = (variable: z.ZodType<string>) => {
  const env = variable.optional();
  const use = z.discriminatedUnion(
    'use',
    [
      z.strictObject({ use: z.literal('secret'), name: secretName, env } satisfies Shape<SecretUse>),
      z.strictObject({ use: z.literal('bucket'), name: bucketName, env, access } satisfies Shape<BucketUse>),
      z.strictObject({ use: z.literal('topic'), name: channelName, env } satisfies Shape<TopicUse>),
      z.strictObject({ use: z.literal('queue'), name: channelName, env } satisfies Shape<QueueUse>),
    ],
    'write secret(...), bucket(...), topic(...) or queue(...)',
  );
  return z.array(use).optional();
};

const inAws = {
  environment: z.record(variableName, z.string('write a text')).optional(),
  secrets: z.record(variableName, secretName).optional(),
  uses: usesNamedBy(variableName),
  sensitive: yesOrNo.optional(),
  idempotent: yesOrNo.optional(),
  retry: retry.optional(),
} satisfies Shape<AwsTaskOptions>;

/** Fargate takes 21 to 200 GiB. Source: AWS Batch and ECS, EphemeralStorage. */
const ephemeralStorage = z
  .string()
  .refine((size) => /^\d+ GB$/.test(size) && within(Number.parseInt(size, 10), 21, 200), 'write "21 GB" to "200 GB"');

const batchOptions = z
  .strictObject({
    ...inAws,
    app,
    command,
    vcpu,
    memory,
    spot: yesOrNo.optional(),
    ephemeralStorage: ephemeralStorage.optional(),
    nodes: z.int('write a whole number, such as 4').min(2, 'write at least 2; one node is a plain job').optional(),
    parameters: z.record(z.string().regex(/^[A-Za-z0-9_-]+$/, 'write names such as date'), z.string()).optional(),
    queue: text.optional(),
    share: z
      .strictObject({
        identifier: z.string().regex(/^[A-Za-z0-9]{1,255}$/, 'write letters and digits, such as "teamA"'),
        priority: z.int('write a whole number').min(0, 'write 0 to 9999').max(9_999, 'write 0 to 9999').optional(),
      })
      .optional(),
    output: z.enum(['none', 'line', 'json'], 'write "none", "line" or "json"').optional(),
    retryShards: z.literal('failed', 'write "failed", or leave it out').optional(),
    doubleMemory: yesOrNo.optional(),
    timeout: longEnough.optional(),
  } satisfies Shape<BatchTaskOptions>)
  .superRefine((options, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (options.nodes === undefined) return checkFargate(options, refuse);
    if (options.queue === undefined) refuse('queue', 'is missing: several nodes need a queue on EC2; name it');
    if (options.spot !== undefined) refuse('spot', 'is for Fargate: with nodes, the queue decides');
    if (options.output === 'json') refuse('output', 'with nodes write "none" or "line"');
  });

const ecsOptions = z
  .strictObject({
    ...inAws,
    app,
    command,
    vcpu,
    memory,
    spot: yesOrNo.optional(),
    ephemeralStorage: ephemeralStorage.optional(),
    output: z.enum(['none', 'line'], 'write "none" or "line"').optional(),
    timeout: duration.optional(),
  } satisfies Shape<EcsTaskOptions>)
  .superRefine((options, context) =>
    checkFargate(options, (path, message) => context.addIssue({ code: 'custom', path: [path], message })),
  );

const codeBuildOptions = z.strictObject({
  ...inAws,
  app,
  // Source: CodeBuild, StartBuild.timeoutInMinutesOverride.
  timeout: durationWithin(
    5 * minute,
    36 * 60 * minute,
    'is not what CodeBuild takes; write "5 minutes" to "36 hours"',
  ).optional(),
  output: z.enum(['none', 'line'], 'write "none" or "line"').optional(),
} satisfies Shape<CodeBuildTaskOptions>);

const lambdaOptions = z.strictObject({
  app,
  handler: z
    .string()
    .regex(/^[\w./-]+\.\w+$/, 'write <file>.<export>, such as "index.handler"')
    .optional(),
  memory: memory.refine((size) => within(mibOrNaN(size), 128, 10_240), 'write "128 MB" to "10240 MB"').optional(),
  timeout: durationWithin(1_000, 15 * minute, 'is not what Lambda takes; write "1 second" to "15 minutes"').optional(),
  environment: z.record(lambdaVariableName, z.string('write a text')).optional(),
  uses: usesNamedBy(lambdaVariableName),
  serviceRetries: z.int('write a whole number, such as 6').min(0, 'write 0 or more').optional(),
  retry: retry.optional(),
} satisfies Shape<LambdaTaskOptions>);

const functionOptions = z.strictObject({
  module: z
    .string()
    .regex(
      /^[\w-]+(\/[\w-]+)*$/,
      'write the path of a module without its ending, from the project\'s folder, such as "functions/notify"',
    ),
  timeout: duration.optional(),
  retry: retry.optional(),
} satisfies Shape<FunctionTask<never, unknown>['options']>);

/** What a task is declared with. */
export const task = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('batch'), options: batchOptions }),
    z.strictObject({ kind: z.literal('ecs'), options: ecsOptions }),
    z.strictObject({ kind: z.literal('codeBuild'), options: codeBuildOptions }),
    z.strictObject({ kind: z.literal('lambda'), options: lambdaOptions }),
    z.strictObject({ kind: z.literal('function'), options: functionOptions }),
  ],
  'declare it with batchTask, ecsTask, codeBuildTask, lambdaTask or functionTask',
);

function checkFargate(size: { vcpu: number; memory: string }, refuse: (path: string, message: string) => void) {
  const mib = mibOrNaN(size.memory);
  const problem = Number.isNaN(mib) ? null : fargateProblem(size.vcpu, mib);
  if (problem !== null) refuse('memory', problem);
}

function mibOrNaN(size: string): number {
  try {
    return memoryMib(size);
  } catch {
    // Not a size at all: that has its own message.
    return Number.NaN;
  }
}

function within(value: number, from: number, to: number): boolean {
  return value >= from && value <= to;
}
