import type { CalendarSpec, IntervalSpec } from '@temporalio/client';
import { durationMs } from '../../model/duration.ts';
import type { Schedule } from '../../model/schedule.ts';
import { unreachable } from '../../model/unreachable.ts';
import { isTimezone } from '../timezone.ts';
import { cronCalendars } from './calendars.ts';
import { parseExpression } from './expression.ts';
import { instantsBesideCalendars, onceAt } from './instants.ts';
import { refuseNever } from './never.ts';
import { nominalStarts } from './timetable.ts';
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
 * Compiles a schedule to Temporal calendars and intervals. `now`: from which year on changes of the clocks are compiled.
 * @throws TypeError that names the wrong option, with an example; also when the schedule never starts anything.
 */
export function compileSchedule(schedule: Schedule, defaultTimezone: string, now = Date.now()): CompiledSchedule {
  const timezone = schedule.timezone ?? defaultTimezone;
  if (!isTimezone(timezone))
    throw new TypeError(`"${timezone}" is not a time zone: write an IANA name, such as Asia/Tokyo`);
  const window = scheduleWindow(schedule);
  refuseNever(schedule, timezone, window);
  return { ...times({ schedule, timezone, now }, window), timezone, ...bounds(window), ...jitterOf(schedule) };
}

/** True for `at(...)`: its schedule in Temporal has one action. */
export function runsOnce({ expression }: Schedule): boolean {
  return expression.startsWith('at(');
}

function times(
  { schedule, timezone, now }: { schedule: Schedule; timezone: string; now: number },
  { startMs }: ScheduleWindow,
): Pick<CompiledSchedule, 'calendars' | 'intervals'> {
  const parsed = parseExpression(schedule.expression);
  switch (parsed.kind) {
    case 'cron':
      return {
        calendars: cronCalendars(parsed.fields),
        ...intervalsAt(instantsBesideCalendars(schedule, timezone, now)),
      };
    case 'at':
      return { calendars: [], ...intervalsAt(onlyStart(schedule, timezone)) };
    case 'rate':
      return { calendars: [], intervals: [{ every: parsed.everyMs, offset: (startMs ?? 0) % parsed.everyMs }] };
    default:
      return unreachable(parsed);
  }
}

function intervalsAt(instants: readonly number[]): Pick<CompiledSchedule, 'intervals'> {
  return instants.length === 0 ? {} : { intervals: instants.map(onceAt) };
}

/** Of `at(...)`: none when the clocks jump over it and such times are skipped. */
function onlyStart(schedule: Schedule, timezone: string): number[] {
  const [start] = nominalStarts(schedule, timezone, { from: 0, to: 0 });
  if (start !== undefined) return [start.at];
  throw new TypeError(
    `"${schedule.expression}" never comes: the clocks of ${timezone} jump over it; write another time, or dst: { missing: "shift" }`,
  );
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
