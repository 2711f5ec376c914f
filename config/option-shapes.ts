import { z } from 'zod';
import { type Duration, durationMs } from '../model/duration.ts';
import type { RetryOptions } from '../model/task.ts';

/** Compares a schema's keys with the model's: an option that is added there does not compile until it is checked here. */
export type Shape<T> = { [K in keyof T]-?: z.ZodType };

/** A text that is not empty. */
export const text = z.string('write a text').min(1, 'is empty; write a text');

/** A length of time. */
export const duration = readBy(durationMs);

/** A length of time within limits, both in milliseconds; `why` says whose limits they are. */
export function durationWithin(fromMs: number, toMs: number, why: string) {
  return duration.refine((value) => msOf(value) >= fromMs && msOf(value) <= toMs, why);
}

/** How a failed try is repeated. */
export const retry = z.strictObject({
  times: z.int('write a whole number, such as 3').min(0, 'write 0 or more'),
  delay: duration.optional(),
  onExitCode: z
    .record(
      z.string().regex(/^\d{1,3}$/, 'write exit codes, such as 42'),
      z.enum(['fail', 'retry'], 'write "fail" or "retry"'),
    )
    .optional(),
} satisfies Shape<RetryOptions>);

/** Passes what `read` takes; its error is the message. */
export function readBy(read: (text: never) => unknown) {
  return z.string().superRefine((text, context) => {
    try {
      read(text as never);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  });
}

/** NaN for what is not a duration: that has its own message. */
export function msOf(value: string): number {
  try {
    return durationMs(value as Duration);
  } catch {
    return Number.NaN;
  }
}
