import type { Job } from '../../model/job.ts';
import { instantKey } from '../../model/run-id.ts';
import type { Schedule } from '../../model/schedule.ts';
import { unreachable } from '../../model/unreachable.ts';
import { dateOfLocal, runsBy, zoneOf } from '../run-keys.ts';
import { gapAt, instantsAt, localTime } from '../zone-clock.ts';
import { type CronTimes, cronTimes, daysBetween } from './cron-times.ts';
import { dstPolicy } from './dst.ts';
import { parseExpression } from './expression.ts';
import { daysMoved, isHoliday, longestMoveDays } from './holidays.ts';
import { scheduleWindow } from './window.ts';

/**
 * One time of a schedule and what it is for. `does`: `start` the run; end it as `notRun` (a holiday); or `nothing`,
 * where Temporal fires and the job's policies say no (the second of a repeated time, a holiday that was moved).
 */
export interface PlannedStart {
  /** Nominal, in milliseconds. */
  at: number;
  runKey: string;
  /** The business date. */
  date: string;
  does: 'start' | 'notRun' | 'nothing';
}

const dayMs = 86_400_000;

/** The planned starts of a job in a span of time (both ends included, milliseconds), by time and then by date. None without a schedule. */
export function plannedStarts(job: Job, defaultTimezone: string, span: { from: number; to: number }): PlannedStart[] {
  const { schedule } = job;
  if (schedule === undefined) return [];
  const timezone = zoneOf(job, defaultTimezone);
  const { startMs, endMs } = scheduleWindow(schedule);
  const from = Math.max(span.from, startMs ?? span.from);
  const to = Math.min(span.to, endMs ?? span.to);
  const byDate = runsBy(job) === 'date';
  return nominalStarts(schedule, timezone, { from, to })
    .filter(({ at }) => at >= from && at <= to)
    .map(({ at, date, does }) => ({ at, date, does, runKey: byDate ? date : instantKey(new Date(at)) }))
    .sort((a, b) => a.at - b.at || (a.runKey < b.runKey ? -1 : 1));
}

/** A {@link PlannedStart} whose run key is not worked out. */
export type Nominal = Omit<PlannedStart, 'runKey'>;

/** The planned starts of a schedule in a span of time, in no order, without regard to its start and end; some beyond the span. */
export function nominalStarts(schedule: Schedule, timezone: string, span: { from: number; to: number }): Nominal[] {
  const parsed = parseExpression(schedule.expression);
  const { businessDate } = schedule;
  const plain = (at: number, local: number): Nominal => {
    const date = dateOfLocal(local, businessDate);
    return { at, date, does: isHoliday(schedule, date) ? 'notRun' : 'start' };
  };
  switch (parsed.kind) {
    case 'at': {
      const [at] = startsAt(parsed.local, timezone, schedule);
      return at === undefined ? [] : [plain(at, parsed.local)];
    }
    case 'rate': {
      const phase = (scheduleWindow(schedule).startMs ?? 0) % parsed.everyMs;
      const first = Math.ceil((span.from - phase) / parsed.everyMs);
      const last = Math.floor((span.to - phase) / parsed.everyMs);
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
        const at = (first + index) * parsed.everyMs + phase;
        return plain(at, localTime(at, timezone));
      });
    }
    case 'cron':
      return cronStarts({ schedule, timezone, times: cronTimes(parsed.fields) }, span);
    default:
      return unreachable(parsed);
  }
}

interface CronSchedule {
  schedule: Schedule;
  timezone: string;
  times: CronTimes;
}

function cronStarts({ schedule, timezone, times }: CronSchedule, span: { from: number; to: number }): Nominal[] {
  const margin = dayMs * (2 + longestMoveDays(schedule));
  const found = new Map<string, Nominal>();
  const days = daysBetween(localTime(span.from, timezone) - margin, localTime(span.to, timezone) + margin);
  for (const day of days.filter(times.hasDay)) {
    for (const time of times.times) {
      for (const start of startsOfLocal(day + time, schedule, timezone)) {
        // A shifted time may be one of the schedule's own.
        const key = `${start.at} ${start.date}`;
        if (found.get(key)?.does !== 'start') found.set(key, start);
      }
    }
  }
  return [...found.values()];
}

/** What one local time of the expression comes to: its instants, and where its date is moved to. */
function startsOfLocal(local: number, schedule: Schedule, timezone: string): Nominal[] {
  const date = dateOfLocal(local, schedule.businessDate);
  const instants = startsAt(local, timezone, schedule);
  const ignored: Nominal[] = instantsAt(local, timezone)
    .filter((at) => !instants.includes(at))
    .map((at) => ({ at, date, does: 'nothing' }));
  if (!isHoliday(schedule, date)) return [...instants.map((at) => ({ at, date, does: 'start' as const })), ...ignored];
  const moved = daysMoved(schedule, date);
  if (moved === 0) return [...instants.map((at) => ({ at, date, does: 'notRun' as const })), ...ignored];
  return [
    ...instants.map((at) => ({ at, date, does: 'nothing' as const })),
    ...startsAt(local + moved * dayMs, timezone, schedule).map((at) => ({ at, date, does: 'start' as const })),
  ];
}

/** The instants at which a local time is to start something, by the policy for changes of the clocks. */
function startsAt(local: number, timezone: string, schedule: Schedule): number[] {
  const { missing, repeated } = dstPolicy(schedule);
  const instants = instantsAt(local, timezone);
  if (instants.length > 1) return repeated === 'both' ? instants : instants.slice(0, 1);
  const gap = gapAt(local, timezone);
  if (gap === undefined) return instants;
  return missing === 'shift' ? [local - gap.before] : [];
}
