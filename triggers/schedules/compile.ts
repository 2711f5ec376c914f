import type { CalendarSpec } from '@temporalio/client';
import type { Schedule } from '../../model/job.ts';
import { isTimezone } from '../timezone.ts';
import { type CronFields, type CronRange, parseCron, valuesOf } from './cron-fields.ts';

/** The part of a Temporal ScheduleSpec that a {@link Schedule} becomes. */
export interface CompiledSchedule {
  calendars: CalendarSpec[];
  timezone: string;
}

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

/** The years that a Temporal server knows. */
const years = { first: 2000, last: 2100 };

/**
 * Compiles a schedule to Temporal calendars. Never to cron strings: the server cuts those at `#` and knows no `?`;
 * and every range has an end: without one, the SDK sends an end of 1.
 * @throws TypeError when the expression or the zone is wrong, or no day ever matches.
 */
export function compileSchedule(schedule: Schedule, defaultTimezone: string): CompiledSchedule {
  const timezone = schedule.timezone ?? defaultTimezone;
  if (!isTimezone(timezone))
    throw new TypeError(`"${timezone}" is not a time zone: write an IANA name, such as Asia/Tokyo`);
  const fields = parseCron(schedule.expression);
  const year = fields.year.map(clampYears).filter((range) => range !== null);
  refuseNever(schedule.expression, { ...fields, year });
  const calendar: CalendarSpec = {
    second: [{ start: 0, end: 0, step: 1 }],
    minute: fields.minute,
    hour: fields.hour,
    dayOfMonth: fields.dayOfMonth,
    month: fields.month.map((range) => named(range, months)),
    dayOfWeek: fields.dayOfWeek.map((range) => named(range, days)),
    ...(coversAllYears(year) ? {} : { year }),
  };
  return { calendars: [calendar], timezone };
}

function named<Name>(range: CronRange, names: readonly Name[]): { start: Name; end: Name; step: number } {
  const start = names[range.start - 1];
  const end = names[range.end - 1];
  if (start === undefined || end === undefined) throw new RangeError(`No name for ${range.start}-${range.end}`);
  return { start, end, step: range.step };
}

/** The part of a range that the server knows; null when there is none. */
function clampYears(range: CronRange): CronRange | null {
  const missing = Math.max(0, years.first - range.start);
  const start = range.start + Math.ceil(missing / range.step) * range.step;
  const end = Math.min(range.end, years.last);
  return start <= end ? { start, end, step: range.step } : null;
}

function coversAllYears(ranges: CronRange[]): boolean {
  return valuesOf(ranges).length === years.last - years.first + 1;
}

function refuseNever(expression: string, fields: CronFields): void {
  const possible = valuesOf(fields.year);
  if (possible.length === 0) {
    throw new TypeError(
      `"${expression}" never comes: year: write years from ${years.first} to ${years.last}, such as "*"`,
    );
  }
  const february = possible.some((year) => new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1) ? 29 : 28;
  const longest = Math.max(...valuesOf(fields.month).map((month) => (month === 2 ? february : monthLength(month))));
  if (Math.min(...valuesOf(fields.dayOfMonth)) > longest) {
    throw new TypeError(
      `"${expression}" never comes: day of month: these months have at most ${longest} days, write such as "1" or "1,15"`,
    );
  }
}

function monthLength(month: number): number {
  return new Date(Date.UTC(2001, month, 0)).getUTCDate();
}
