import type { Schedule } from '../../model/schedule.ts';
import { localTime } from '../zone-clock.ts';
import type { CronFields } from './cron-fields.ts';
import { clampRanges, valuesOf } from './cron-ranges.ts';
import { cronTimes, daysBetween } from './cron-times.ts';
import { parseExpression } from './expression.ts';
import { isLeap, knownYears } from './month-kinds.ts';
import type { ScheduleWindow } from './window.ts';

/**
 * Refuses a schedule that starts nothing in the years that a Temporal server knows, or between its start and end.
 * An `at(...)` that is past is none of these: it has had its start.
 * @throws TypeError that names the field, with an example.
 */
export function refuseNever({ expression }: Schedule, timezone: string, { startMs, endMs }: ScheduleWindow): void {
  const parsed = parseExpression(expression);
  if (parsed.kind === 'at') {
    refuseUnknownYear(expression, new Date(parsed.local).getUTCFullYear());
    return;
  }
  const [first, last] = [startMs ?? Date.UTC(knownYears.first, 0, 1), endMs ?? Date.UTC(knownYears.last + 1, 0, 1) - 1];
  if (parsed.kind === 'rate') {
    // Without a start it counts from the epoch, in which case the window may lie between two starts.
    const next = startMs ?? Math.ceil(first / parsed.everyMs) * parsed.everyMs;
    if (next > last) throw neverBetween(expression);
    return;
  }
  const times = cronTimes(parsed.fields);
  const [from, to] = [localTime(first, timezone), localTime(last, timezone)];
  const fits = (day: number) => times.times.some((time) => day + time >= from && day + time <= to);
  if (times.kinds.length > 0 && daysBetween(from, to).some((day) => times.hasDay(day) && fits(day))) return;
  throw startMs === null && endMs === null ? neverAtAll(expression, parsed.fields) : neverBetween(expression);
}

function refuseUnknownYear(expression: string, year: number): void {
  if (year < knownYears.first || year > knownYears.last) throw unknownYear(expression);
}

function unknownYear(expression: string): TypeError {
  return new TypeError(
    `"${expression}" never comes: year: write years from ${knownYears.first} to ${knownYears.last}, such as "*"`,
  );
}

function neverBetween(expression: string): TypeError {
  return new TypeError(`"${expression}" never comes between its start and its end; write a later end or other times`);
}

function neverAtAll(expression: string, fields: CronFields): TypeError {
  const years = valuesOf(clampRanges(fields.year, knownYears.first, knownYears.last));
  if (years.length === 0) return unknownYear(expression);
  const february = years.some(isLeap) ? 29 : 28;
  const longest = Math.max(
    ...valuesOf(fields.month).map((month) =>
      month === 2 ? february : new Date(Date.UTC(2001, month, 0)).getUTCDate(),
    ),
  );
  return fields.dayOfMonth.kind === 'any'
    ? new TypeError(
        `"${expression}" never comes: day of week: none of these months has such a day in these years, write such as "MON" or "MON#1"`,
      )
    : new TypeError(
        `"${expression}" never comes: day of month: these months have at most ${longest} days, write such as "1" or "1,15"`,
      );
}
