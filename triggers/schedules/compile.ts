import type { CalendarSpec, IntervalSpec } from '@temporalio/client';
import { durationMs } from '../../model/duration.ts';
import type { Schedule } from '../../model/schedule.ts';
import { unreachable } from '../../model/unreachable.ts';
import { isTimezone } from '../timezone.ts';
import { cronCalendars, singleCalendars } from './calendars.ts';
import { shiftedCalendars, shiftedOnce } from './dst.ts';
import { parseExpression } from './expression.ts';
import { movedCalendars } from './holidays.ts';
import { refuseNever } from './never.ts';
import { type ScheduleWindow, scheduleWindow } from './window.ts';

/** The part of a Temporal ScheduleSpec that a {@link Schedule} becomes. */
export interface CompiledSchedule {
  calendars: CalendarSpec[];
  intervals?: IntervalSpec[];
  timezone: string;
  startAt?: Date;
  endAt?: Date;
  /** Milliseconds. */
  jitter?: number;
}

/**
 * Compiles a schedule to Temporal calendars and intervals.
 * @throws TypeError that names the wrong option, with an example; also when the schedule never starts anything.
 */
export function compileSchedule(schedule: Schedule, defaultTimezone: string): CompiledSchedule {
  const timezone = schedule.timezone ?? defaultTimezone;
  if (!isTimezone(timezone))
    throw new TypeError(`"${timezone}" is not a time zone: write an IANA name, such as Asia/Tokyo`);
  const window = scheduleWindow(schedule);
  refuseNever(schedule, timezone, window);
  return { ...times(schedule, timezone, window), timezone, ...bounds(window), ...jitterOf(schedule) };
}

/** True for `at(...)`: its schedule in Temporal has one action. */
export function runsOnce({ expression }: Schedule): boolean {
  return expression.startsWith('at(');
}

function times(
  schedule: Schedule,
  timezone: string,
  { startMs }: ScheduleWindow,
): Pick<CompiledSchedule, 'calendars' | 'intervals'> {
  const parsed = parseExpression(schedule.expression);
  switch (parsed.kind) {
    case 'cron':
      return {
        calendars: [
          ...cronCalendars(parsed.fields),
          ...shiftedCalendars(schedule, timezone),
          ...movedCalendars(schedule, timezone),
        ],
      };
    case 'at':
      return { calendars: singleCalendars(shiftedOnce(parsed.local, schedule, timezone)) };
    case 'rate':
      return { calendars: [], intervals: [{ every: parsed.everyMs, offset: (startMs ?? 0) % parsed.everyMs }] };
    default:
      return unreachable(parsed);
  }
}

function bounds({ startMs, endMs }: ScheduleWindow): Pick<CompiledSchedule, 'startAt' | 'endAt'> {
  return {
    ...(startMs === null ? {} : { startAt: new Date(startMs) }),
    ...(endMs === null ? {} : { endAt: new Date(endMs) }),
  };
}

function jitterOf({ flexibleWindow }: Schedule): Pick<CompiledSchedule, 'jitter'> {
  return flexibleWindow === undefined ? {} : { jitter: durationMs(flexibleWindow) };
}
