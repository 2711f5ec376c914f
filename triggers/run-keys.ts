import type { Job } from '../model/job.ts';
import { instantKey, instantOfKey, isBusinessDate } from '../model/run-id.ts';
import type { BusinessDateRule } from '../model/schedule.ts';
import { valuesOf } from './schedules/cron-ranges.ts';
import { parseExpression } from './schedules/expression.ts';
import { localTime } from './zone-clock.ts';

const dayMs = 86_400_000;

/** What the runs of a job are known by: `date`, or `instant` for one that can start more than once a day. */
export type RunsBy = 'date' | 'instant';

/**
 * By what the runs of a job are known: as the job says, else by its schedule.
 * @throws TypeError when the schedule's expression is not one.
 */
export function runsBy({ runsBy: said, schedule }: Pick<Job, 'runsBy' | 'schedule'>): RunsBy {
  if (said !== undefined || schedule === undefined) return said ?? 'date';
  const parsed = parseExpression(schedule.expression);
  if (parsed.kind === 'at') return 'date';
  if (parsed.kind === 'rate') return parsed.everyMs < dayMs ? 'instant' : 'date';
  return valuesOf(parsed.fields.hour).length * valuesOf(parsed.fields.minute).length > 1 ? 'instant' : 'date';
}

/** What a start by the schedule does while another run of the schedule is open: as the job says, else by its run keys. */
export function overlapOf(job: Pick<Job, 'runsBy' | 'schedule'>): 'wait' | 'skip' | 'allow' {
  return job.schedule?.overlap ?? (runsBy(job) === 'date' ? 'wait' : 'skip');
}

/** The zone of a job's business dates. */
export function zoneOf({ schedule }: Pick<Job, 'schedule'>, defaultTimezone: string): string {
  return schedule?.timezone ?? defaultTimezone;
}

/** The business date of a local time (as if it were UTC, in milliseconds), by the job's rule. */
export function dateOfLocal(local: number, rule: BusinessDateRule = 'same'): string {
  return new Date(local - daysBack(local, rule) * dayMs).toISOString().slice(0, 10);
}

/** 1 when a start at this local time is for the day before, else 0. */
export function daysBack(local: number, rule: BusinessDateRule = 'same'): 0 | 1 {
  if (typeof rule === 'string') return rule === 'previous' ? 1 : 0;
  const clock = new Date(local).toISOString().slice(11, 16);
  return clock < rule.daysStartAt ? 1 : 0;
}

/** The key of the run that a start of the job at this instant is for, and its business date. */
export function runKeyAt(job: Job, instant: Date, defaultTimezone: string): { runKey: string; date: string } {
  const local = localTime(instant.getTime(), zoneOf(job, defaultTimezone));
  const date = dateOfLocal(local, job.schedule?.businessDate);
  return { runKey: runsBy(job) === 'date' ? date : instantKey(instant), date };
}

/** The business date of a run: its key, or that of its instant in the job's zone. */
export function dateOfRun(job: Job, runKey: string, defaultTimezone: string): string {
  const instant = instantOfKey(runKey);
  return instant === null ? runKey : runKeyAt(job, instant, defaultTimezone).date;
}

/** What is wrong with a run key for this job, with the right form; null when nothing is. */
export function keyProblem(job: Job, runKey: string): string | null {
  if (runsBy(job) === 'date') {
    return isBusinessDate(runKey)
      ? null
      : `"${runKey}" is not a business date, and ${job.id} runs by date: write YYYY-MM-DD, such as 2026-11-21`;
  }
  return instantOfKey(runKey) !== null
    ? null
    : `"${runKey}" is not an instant, and ${job.id} runs by instant: write a minute in UTC, such as 2026-11-21T20:05Z`;
}
