import type { CalendarSpec } from '@temporalio/client';
import type { Schedule } from '../../model/schedule.ts';
import { daysBack } from '../run-keys.ts';
import { singleCalendars } from './calendars.ts';
import { cronTimes } from './cron-times.ts';
import { shiftedOnce } from './dst.ts';
import { parseExpression } from './expression.ts';

const dayMs = 86_400_000;

/** True when the business date is one of the schedule's holidays. Named calendars are filled in when the jobs are loaded. */
export function isHoliday({ holidays }: Pick<Schedule, 'holidays'>, date: string): boolean {
  return holidays?.dates?.includes(date) ?? false;
}

/** By how many days a holiday's start is moved; 0: it is not run. */
export function daysMoved(schedule: Pick<Schedule, 'holidays'>, date: string): number {
  const on = schedule.holidays?.on ?? 'skip';
  if (on === 'skip') return 0;
  const step = on === 'nextDay' ? 1 : -1;
  let days = step;
  while (isHoliday(schedule, dayAfter(date, days))) days += step;
  return days;
}

/** The longest move of any of the holidays, in days. */
export function longestMoveDays(schedule: Pick<Schedule, 'holidays'>): number {
  return Math.max(0, ...(schedule.holidays?.dates ?? []).map((date) => Math.abs(daysMoved(schedule, date))));
}

/** Calendars for the times to which holidays are moved. The holiday itself still comes; its start then does nothing. */
export function movedCalendars(schedule: Schedule, timezone: string): CalendarSpec[] {
  const parsed = parseExpression(schedule.expression);
  if (parsed.kind !== 'cron') return [];
  const times = cronTimes(parsed.fields);
  const moved = (schedule.holidays?.dates ?? []).flatMap((date) => {
    const days = daysMoved(schedule, date);
    if (days === 0) return [];
    return localsOf(schedule, date, times.times)
      .filter(times.has)
      .flatMap((local) => shiftedOnce(local + days * dayMs, schedule, timezone))
      .filter((local) => !times.has(local));
  });
  return singleCalendars(moved);
}

/** The local times whose business date is this one. */
function localsOf({ businessDate }: Schedule, date: string, times: readonly number[]): number[] {
  const day = Date.parse(`${date}T00:00:00Z`);
  return times.map((time) => day + time + daysBack(day + time, businessDate) * dayMs);
}

function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}
