import { z } from 'zod';
import { durationMs } from '../model/duration.ts';
import { isBusinessDate } from '../model/run-id.ts';
import type { DstPolicy, Holidays, Schedule } from '../model/schedule.ts';
import { isClockTime } from '../triggers/business-date.ts';

type Shape<T> = { [K in keyof T]-?: z.ZodType };

const text = z.string('write a text').min(1, 'is empty; write a text');

const dst = z.strictObject({
  missing: z.enum(['shift', 'skip'], 'write "shift" or "skip"').optional(),
  repeated: z.enum(['first', 'both'], 'write "first" or "both"').optional(),
} satisfies Shape<DstPolicy>);

const holidays = z.strictObject({
  dates: z.array(z.string().refine(isBusinessDate, 'write days that exist, such as "2027-01-01"')).optional(),
  calendar: text.optional(),
  on: z.enum(['skip', 'nextDay', 'previousDay'], 'write "skip", "nextDay" or "previousDay"').optional(),
} satisfies Shape<Holidays>);

/** What a job's `schedule` must look like, option by option. What they mean together is checked by `scheduleProblems`. */
export const scheduleShape = z.strictObject({
  expression: text,
  timezone: text.optional(),
  start: text.optional(),
  end: text.optional(),
  flexibleWindow: duration('1 minute', '24 hours', 'is not a window of EventBridge').optional(),
  catchUp: duration('10 seconds', '365 days', 'is too short or too long for Temporal').optional(),
  businessDate: z
    .union(
      [
        z.enum(['same', 'previous']),
        z.strictObject({ daysStartAt: z.string().refine(isClockTime, 'write a time of day, such as "06:00"') }),
      ],
      'write "same", "previous" or { daysStartAt: "06:00" }',
    )
    .optional(),
  dst: dst.optional(),
  holidays: holidays.optional(),
  input: z.unknown().optional(),
  overlap: z.enum(['wait', 'skip', 'allow'], 'write "wait", "skip" or "allow"').optional(),
} satisfies Shape<Schedule>);

function duration(shortest: `${number} ${string}`, longest: `${number} ${string}`, why: string) {
  return z.string('write a duration, such as "10 minutes"').superRefine((value, context) => {
    try {
      const ms = durationMs(value as never);
      if (ms >= durationMs(shortest as never) && ms <= durationMs(longest as never)) return;
      context.addIssue({ code: 'custom', message: `${why}; write "${shortest}" to "${longest}"` });
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  });
}
