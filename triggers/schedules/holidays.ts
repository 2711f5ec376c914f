import type { Schedule } from '../../model/schedule.ts';

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

function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}
