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
const anyWeekday: CronRange[] = [{ start: 1, end: 7, step: 1 }];

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

/** Calendars that name single times, given as clocks show them; those of the same day of the year share one. */
export function singleCalendars(locals: readonly number[]): CalendarSpec[] {
  const byDay = group(locals, (local) => new Date(local).toISOString().slice(5, 13));
  return [...byDay.values()].flatMap((ofHour) => {
    const byMinute = group(ofHour, (local) => new Date(local).toISOString().slice(13, 16));
    const years = (times: readonly number[]) => times.map((local) => new Date(local).getUTCFullYear());
    const byYears = group([...byMinute.values()], (times) => years(times).join());
    return [...byYears.values()].map((alike) => {
      const first = new Date(alike[0]?.[0] ?? 0);
      return calendar({
        minute: rangesOf(ascending(alike.map(([local = 0]) => new Date(local).getUTCMinutes()))),
        hour: rangesOf([first.getUTCHours()]),
        days: rangesOf([first.getUTCDate()]),
        weekdays: anyWeekday,
        months: [first.getUTCMonth() + 1],
        years: ascending(years(alike[0] ?? [])),
      });
    });
  });
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

function group<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
