import { z } from 'zod';
import { durationMs } from '../model/duration.ts';
import type { AlertRule, JobOptions, LockUse, Schedule } from '../model/job.ts';
import { memoryMib } from '../model/size.ts';
import type { BatchTaskOptions, RetryOptions } from '../model/task.ts';
import { isClockTime } from '../triggers/business-date.ts';
import { zodProblems } from './config-error.ts';

/** Compares a schema's keys with the model's: an option that is added there does not compile until it is checked here. */
type Shape<T> = { [K in keyof T]-?: z.ZodType };

/** Passes what `read` takes; its error is the message. */
function readBy(read: (text: never) => unknown) {
  return z.string().superRefine((text, context) => {
    try {
      read(text as never);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  });
}

const text = z.string('write a text').min(1, 'is empty; write a text');
const duration = readBy(durationMs);
const longEnough = duration.refine(
  (value) => msOf(value) >= 60_000,
  'is too short for AWS Batch; write at least "1 minute"',
);

const retry = z.strictObject({
  times: z.int('write a whole number, such as 3').min(0, 'write 0 or more'),
  delay: duration.optional(),
  onExitCode: z
    .record(
      z.string().regex(/^\d{1,3}$/, 'write exit codes, such as 42'),
      z.enum(['fail', 'retry'], 'write "fail" or "retry"'),
    )
    .optional(),
} satisfies Shape<RetryOptions>);

const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'write a variable name of letters, digits and "_", such as SHOP_URL')
  .refine(
    (name) => !/^(AWS_BATCH|NIGHTSHIFT_)|^JOB_INPUT$/.test(name),
    'is reserved: AWS_BATCH..., NIGHTSHIFT_... and JOB_INPUT are set for the container; write another name',
  );

const batchTask = z.strictObject({
  kind: z.literal('batch', 'declare it with batchTask({ ... })'),
  options: z.strictObject({
    app: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'write the name of a folder under apps/, such as "ranking"'),
    command: z.array(text).min(1, 'write the program and its arguments, such as ["node", "score.js"]'),
    vcpu: z.number('write a number that Fargate offers, such as 1').positive('write a number above 0'),
    memory: readBy(memoryMib),
    spot: z.boolean('write true or false').optional(),
    environment: z.record(variableName, z.string('write a text')).optional(),
    secrets: z.record(variableName, text).optional(),
    output: z.enum(['none', 'line'], 'write "none" or "line"').optional(),
    retryShards: z.literal('failed', 'write "failed", or leave it out').optional(),
    timeout: longEnough.optional(),
    retry: retry.optional(),
  } satisfies Shape<BatchTaskOptions>),
});

const schedule = z.strictObject({
  expression: text,
  timezone: text.optional(),
  catchUp: duration
    .refine((value) => msOf(value) >= 10_000, 'is too short for Temporal; write at least "10 seconds"')
    .optional(),
} satisfies Shape<Schedule>);

const slotCount = 'write a whole number from 1 to 1000, such as 2';

const lock = z.strictObject({
  name: text,
  ifBusy: z.enum(['wait', 'fail', 'skip'], 'write "wait", "fail" or "skip"').optional(),
  slots: z.int(slotCount).min(1, slotCount).max(1_000, slotCount).optional(),
  external: z.enum(['redis', 'dynamodb'], 'write "redis" or "dynamodb"').optional(),
} satisfies Shape<LockUse>);

const rules = ['slow', 'failed', 'fewRecords', 'timedOut', 'notRun'] as const satisfies AlertRule[];
const share = 'write a share above 0 and at most 1, such as 0.5';
const taskName = 'write a task name of letters and digits that begins with a small letter, such as "score"';

const job = z.strictObject({
  id: z
    .string('write an id, such as "BATCH-001"')
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$/, 'write letters, digits, "-" and "_", at most 60, such as "BATCH-001"')
    .refine((id) => id !== 'nightshiftTrigger', 'is the name of an own workflow of Nightshift; write another id'),
  name: text,
  schedule: schedule.optional(),
  after: unique(text, (id) => id, 'names a job twice; name each once').optional(),
  notBefore: z.string().refine(isClockTime, 'write a time of day, such as "03:15"').optional(),
  locks: unique(lock, ({ name }) => name, 'names a lock twice; name each once').optional(),
  usually: duration.optional(),
  slowAfter: duration.optional(),
  timeout: duration.optional(),
  waitAtMost: duration.optional(),
  retry: retry.optional(),
  records: z.strictObject({ alertAtOrBelow: z.number(share).gt(0, share).lte(1, share) }).optional(),
  alerts: z.partialRecord(z.enum(rules, `write rules of ${rules.join(', ')}`), z.array(text)).optional(),
  input: z.looseObject({}, 'write a JSON Schema, such as { type: "object", properties: { ... } }').optional(),
  tasks: z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/, taskName), batchTask),
  run: z.custom<() => unknown>((value) => typeof value === 'function', 'write async run({ tasks, date }) { ... }'),
} satisfies Shape<JobOptions<never, never, never>>);

/**
 * What is wrong with a job's data when each option is looked at alone, as `option: problem`. Job files run without the
 * compiler's checks (tsx strips the types), so everything that the types say is checked again.
 */
export function shapeProblems(value: unknown): string[] {
  const parsed = job.safeParse(value);
  if (parsed.success) return [];
  return zodProblems(parsed.error).map((problem) => problem.replace(/^(tasks\.[^.]+)\.options\./, '$1.'));
}

function unique<T extends z.ZodType>(item: T, keyOf: (item: z.infer<T>) => unknown, message: string) {
  return z.array(item).refine((items) => new Set(items.map(keyOf)).size === items.length, message);
}

/** NaN for what is not a duration: that has its own message. */
function msOf(text: string): number {
  try {
    return durationMs(text as never);
  } catch {
    return Number.NaN;
  }
}
