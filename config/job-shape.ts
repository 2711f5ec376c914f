import { z } from 'zod';
import { type AfterDay, prerequisiteId } from '../model/after.ts';
import type { DetailPattern, EventPattern } from '../model/event-pattern.ts';
import type { AlertRule, JobOptions, LockUse } from '../model/job.ts';
import { isClockTime } from '../triggers/business-date.ts';
import { zodProblems } from './config-error.ts';
import { duration, retry, type Shape, text } from './option-shapes.ts';
import { scheduleShape } from './schedule-shape.ts';
import { task } from './task-shape.ts';

const after = z.union(
  [text, z.strictObject({ job: text, covers: z.literal('day') } satisfies Shape<AfterDay>)],
  'write ids of jobs, or { job: "A", covers: "day" }',
);

const slotCount = 'write a whole number from 1 to 1000, such as 2';

const lock = z.strictObject({
  name: text,
  ifBusy: z.enum(['wait', 'fail', 'skip'], 'write "wait", "fail" or "skip"').optional(),
  slots: z.int(slotCount).min(1, slotCount).max(1_000, slotCount).optional(),
  external: z.enum(['redis', 'dynamodb'], 'write "redis" or "dynamodb"').optional(),
} satisfies Shape<LockUse>);

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const matcher = z.union(
  [scalar, z.array(z.union([scalar, z.strictObject({ prefix: text })])).min(1)],
  'write a value, a list of values, [{ prefix: "..." }], or fields with these',
);
const detail: z.ZodType<DetailPattern> = z.lazy(() => z.record(z.string(), z.union([matcher, detail])));
const onEvent = z.strictObject({
  source: text,
  detailType: text,
  detail: detail.optional(),
} satisfies Shape<EventPattern>);

const handler = (advice: string) => z.custom<() => unknown>((value) => typeof value === 'function', advice).optional();
const rules = ['slow', 'failed', 'fewRecords', 'timedOut', 'notRun', 'missed'] as const satisfies AlertRule[];
const share = 'write a share above 0 and at most 1, such as 0.5';
const taskName = 'write a task name of letters and digits that begins with a small letter, such as "score"';

const job = z.strictObject({
  id: z
    .string('write an id, such as "BATCH-001"')
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$/, 'write letters, digits, "-" and "_", at most 60, such as "BATCH-001"')
    .refine((id) => id !== 'nightshiftTrigger', 'is the name of an own workflow of Nightshift; write another id'),
  name: text,
  schedule: scheduleShape.optional(),
  webhook: z.boolean('write true or false').optional(),
  onEvent: onEvent.optional(),
  runsBy: z.enum(['date', 'instant'], 'write "date" or "instant"').optional(),
  after: unique(after, prerequisiteId, 'names a job twice; name each once').optional(),
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
  tasks: z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/, taskName), task),
  run: z.custom<() => unknown>((value) => typeof value === 'function', 'write async run({ tasks, date }) { ... }'),
  onSuccess: handler('write async onSuccess({ tasks, result }) { ... }'),
  onFailure: handler('write async onFailure({ tasks, error }) { ... }'),
  handlerTimeout: duration.optional(),
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
