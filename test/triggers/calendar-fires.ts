import type { CalendarSpec } from '@temporalio/client';
import type { Fires } from './cron-oracle.ts';

const months = 'JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER'.split(' ');
const days = 'SUNDAY MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY'.split(' ');

/** When calendars fire by Temporal's page: a time matches when every field of one of them does. All have the same hours and minutes. */
export function firesOf(calendars: CalendarSpec[], firstYear: number, lastYear: number): Fires {
  const all = calendars.map((calendar) =>
    Object.fromEntries(Object.entries(calendar).map(([name, ranges]) => [name, expand(ranges)])),
  );
  const fires: Fires = { days: [], minutes: [] };
  for (let at = 0; at < 1_440; at += 1) {
    if (all.some(({ hour, minute }) => hour?.has(Math.floor(at / 60)) && minute?.has(at % 60))) fires.minutes.push(at);
  }
  for (let day = Date.UTC(firstYear, 0, 1); day < Date.UTC(lastYear + 1, 0, 1); day += 86_400_000) {
    const date = new Date(day);
    const matches = all.some(
      (has) =>
        (has.year?.has(date.getUTCFullYear()) ?? true) &&
        has.month?.has(date.getUTCMonth() + 1) &&
        has.dayOfMonth?.has(date.getUTCDate()) &&
        has.dayOfWeek?.has(date.getUTCDay()),
    );
    if (matches) fires.days.push(day);
  }
  return fires;
}

function expand(ranges: { start: string | number; end: string | number; step: number }[]): Set<number> {
  const number = (value: string | number) =>
    typeof value === 'number' ? value : months.includes(value) ? months.indexOf(value) + 1 : days.indexOf(value);
  const values = new Set<number>();
  for (const { start, end, step } of ranges) for (let at = number(start); at <= number(end); at += step) values.add(at);
  return values;
}
