import type { CalendarSpec } from '@temporalio/client';
import type { CronFields } from './cron-fields.ts';
import { type CronRange, rangesOf } from './cron-ranges.ts';
import { mergeKinds, monthKinds, yearRanges } from './month-kinds.ts';

/** Temporal's words for months and days, in EventBridge's order. */
const months = [
  'JANUARY',
  'FEBRUARY',
  'MARCH',
  'APRIL',
  'MAY',
  'JUNE',
  'JULY',
  'AUGUST',
  'SEPTEMBER',
  'OCTOBER',
  'NOVEMBER',
  'DECEMBER',
] as const;
const days = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] as const;

const second: CronRange[] = [{ start: 0, end: 0, step: 1 }];

/**
 * Temporal calendars of a `cron(...)`: one, or several where the length of the month matters. Never a cron string: the
 * server cuts those at `#` and knows no `?`. Every range has an end: without one, the SDK sends an end of 1.
 */
export function cronCalendars(fields: CronFields): CalendarSpec[] {
  const { minute, hour } = fields;
  return mergeKinds(monthKinds(fields)).flatMap((kind) =>
    kind.rules.map((rule) => calendar({ ...rule, minute, hour, months: kind.months, years: kind.years })),
  );
}

interface Parts {
  minute: CronRange[];
  hour: CronRange[];
  days: CronRange[];
  weekdays: CronRange[];
  months: number[];
  years: number[];
}

function calendar(parts: Parts): CalendarSpec {
  const year = yearRanges(parts.years);
  return {
    second,
    minute: parts.minute,
    hour: parts.hour,
    dayOfMonth: parts.days,
    month: rangesOf(parts.months).map((range) => named(range, months)),
    dayOfWeek: parts.weekdays.map((range) => named(range, days)),
    ...(year === undefined ? {} : { year }),
  };
}

function named<Name>(range: CronRange, names: readonly Name[]): { start: Name; end: Name; step: number } {
  const start = names[range.start - 1];
  const end = names[range.end - 1];
  if (start === undefined || end === undefined) throw new RangeError(`No name for ${range.start}-${range.end}`);
  return { start, end, step: range.step };
}
