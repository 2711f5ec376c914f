import type { CalendarSpec } from '@temporalio/client';
import type { DstPolicy, Schedule } from '../../model/schedule.ts';
import { clockChanges, instantsAt } from '../zone-clock.ts';
import { singleCalendars } from './calendars.ts';
import { valuesOf } from './cron-ranges.ts';
import { type CronTimes, cronTimes, daysBetween } from './cron-times.ts';
import { parseExpression } from './expression.ts';

/**
 * The policy with its defaults. A job that starts in every hour has a start in the repeated hour, too: without it there
 * would be a hole of two hours. For all others a repeated time is one time.
 */
export function dstPolicy({ dst, expression }: Pick<Schedule, 'dst' | 'expression'>): Required<DstPolicy> {
  return { missing: dst?.missing ?? 'shift', repeated: dst?.repeated ?? (startsEveryHour(expression) ? 'both' : 'first') };
}

/**
 * Calendars for the times that a zone's clocks jump over: a Temporal server compares what a clock shows, and would leave
 * them out. They name the shifted times, for every jump from 2000 to 2100. None when the policy is to skip them.
 */
export function shiftedCalendars(schedule: Schedule, timezone: string): CalendarSpec[] {
  const parsed = parseExpression(schedule.expression);
  if (parsed.kind !== 'cron' || dstPolicy(schedule).missing === 'skip') return [];
  return singleCalendars(shiftedTimes(cronTimes(parsed.fields), timezone));
}

function shiftedTimes(times: CronTimes, timezone: string): number[] {
  const shifted: number[] = [];
  for (const { at, before, after } of clockChanges(timezone)) {
    if (after <= before) continue;
    const [from, to] = [at + before, at + after];
    for (const day of daysBetween(from, to).filter(times.hasDay)) {
      for (const time of times.times) {
        const local = day + time;
        if (local < from || local >= to) continue;
        const later = local + after - before;
        if (!times.has(later)) shifted.push(later);
      }
    }
  }
  return shifted;
}

/** The local time at which a single start comes: shifted when no clock shows it. */
export function shiftedOnce(local: number, schedule: Schedule, timezone: string): number[] {
  if (instantsAt(local, timezone).length > 0) return [local];
  if (dstPolicy(schedule).missing === 'skip') return [];
  const jump = clockChanges(timezone).find(
    ({ at, before, after }) => at + before <= local && local < at + after,
  );
  return [local + (jump === undefined ? 0 : jump.after - jump.before)];
}

function startsEveryHour(expression: string): boolean {
  const parsed = parseExpression(expression);
  return parsed.kind === 'cron' && valuesOf(parsed.fields.hour).length === 24;
}
