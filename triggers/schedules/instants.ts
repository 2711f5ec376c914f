import type { IntervalSpec } from '@temporalio/client';
import type { Schedule } from '../../model/schedule.ts';
import { type ClockChange, clockChanges } from '../zone-clock.ts';
import { isHoliday, longestMoveDays } from './holidays.ts';
import { nominalStarts } from './timetable.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Years for which changes of the clocks are compiled, the present one included. Each sync goes on from its own year. */
const yearsAhead = 6;
/** No rate is as long as the time from 1970 to an instant that is compiled here. */
const shortestOnceMs = Date.UTC(2000, 0, 1);

/**
 * The starts of a `cron(...)` that calendars do not bring about, as instants: those near changes of the clocks, and
 * those to which holidays are moved. Server 1.29 leaves out what clocks jump over; where they are set back it takes the
 * second of a repeated time, and loses other times for an hour and more.
 */
export function instantsBesideCalendars(schedule: Schedule, timezone: string, now: number): number[] {
  const thisYear = new Date(now).getUTCFullYear();
  const from = Date.UTC(thisYear, 0, 1);
  const to = Date.UTC(thisYear + yearsAhead, 0, 1);
  const near = clockChanges(timezone)
    .filter(({ at, before, after }) => before !== after && at >= from && at < to)
    .map(spanOf)
    .flatMap((span) =>
      nominalStarts(schedule, timezone, span).filter((start) => start.at >= span.from && start.at <= span.to),
    );
  const instants = [...near, ...moved(schedule, timezone)].filter(({ does }) => does !== 'nothing').map(({ at }) => at);
  return [...new Set(instants)].sort((a, b) => a - b);
}

/**
 * An interval that counts from 1970 and comes for the first time at this instant, and then after more than 50 years.
 * (Before its offset has passed, the server leaves an interval's first time out: the instant cannot be the offset.)
 */
export function onceAt(instant: number): IntervalSpec {
  return { every: instant, offset: 0 };
}

/** The instant of an interval that {@link onceAt} made; null for others. */
export function instantOf({ every }: { every: unknown }): number | null {
  return typeof every === 'number' && every >= shortestOnceMs ? every : null;
}

/** Where the server's calendars differ from the plan: after a jump, where jumped-over times go to; widely around a setting back. */
function spanOf({ at, before, after }: ClockChange): { from: number; to: number } {
  return after > before ? { from: at, to: at + after - before - 1 } : { from: at - 2 * hourMs, to: at + 3 * hourMs };
}

function moved(schedule: Schedule, timezone: string) {
  const days = (schedule.holidays?.dates ?? []).map((date) => Date.parse(`${date}T00:00:00Z`));
  const margin = (longestMoveDays(schedule) + 3) * dayMs;
  if (longestMoveDays(schedule) === 0) return [];
  const span = { from: Math.min(...days) - margin, to: Math.max(...days) + margin };
  return nominalStarts(schedule, timezone, span).filter(({ date }) => isHoliday(schedule, date));
}
