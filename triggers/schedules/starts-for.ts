import type { Job } from '../../model/job.ts';
import { runKeyAt, zoneOf } from '../run-keys.ts';
import { clockChanges } from '../zone-clock.ts';
import { isHoliday } from './holidays.ts';
import { type PlannedStart, plannedStarts } from './timetable.ts';

/** A planned start that comes to a run. */
export type DueStart = PlannedStart & { does: 'start' | 'notRun' };

/**
 * The runs that a schedule's start at this nominal time is for, earliest date first. A time that the schedule does not
 * have (a person's click in Temporal, or a schedule that was changed since) is for the run of that instant; but near a
 * change of the clocks the server itself fires at such times.
 */
export function startsFor(job: Job, scheduledAt: Date, timezone: string): DueStart[] {
  const at = scheduledAt.getTime();
  const planned = plannedStarts(job, timezone, { from: at, to: at });
  if (planned.length > 0) return planned.filter(comesToARun);
  if (isServersOwn(at, zoneOf(job, timezone))) return [];
  const { runKey, date } = runKeyAt(job, scheduledAt, timezone);
  return [{ at, runKey, date, does: job.schedule && isHoliday(job.schedule, date) ? 'notRun' : 'start' }];
}

/** A person's click is hardly ever on the minute. */
function isServersOwn(at: number, timezone: string): boolean {
  const isNear = (change: number) => Math.abs(change - at) <= 3 * 3_600_000;
  return (
    at % 60_000 === 0 && clockChanges(timezone).some((change) => change.before !== change.after && isNear(change.at))
  );
}

/** False where Temporal fires and the job's policies say no. */
export function comesToARun(start: PlannedStart): start is DueStart {
  return start.does !== 'nothing';
}
