import type { Job } from '../model/job.ts';
import { runsBy, zoneOf } from '../triggers/run-keys.ts';
import { cronTimes } from '../triggers/schedules/cron-times.ts';
import { parseExpression } from '../triggers/schedules/expression.ts';
import type { Pair } from './wait-checks.ts';

/** What is wrong with one entry of `after` because of what the two jobs' runs are known by. */
export function keyProblems(pair: Pair): string[] {
  const problem = typeof pair.after === 'string' ? sameKey(pair) : wholeDay(pair);
  return problem === null ? [] : [`after: ${problem}`];
}

/** `after: ['A']` means the same run key. */
function sameKey({ job, prerequisite, timezone }: Pair): string | null {
  const { id } = prerequisite;
  const covers = `write { job: '${id}', covers: 'day' }`;
  const [own, other] = [runsBy(job), runsBy(prerequisite)];
  if (own !== other) {
    const instead = own === 'date' || job.schedule !== undefined ? covers : `write runsBy: '${other}' in this job`;
    return `${id} runs by ${other}, this job by ${own}; ${instead}`;
  }
  if (!job.schedule || !prerequisite.schedule) return null;
  if (own === 'instant') {
    return sameInstants(job, prerequisite, timezone)
      ? null
      : `${id} does not start at every instant of this job; give both the same schedule`;
  }
  const zones = [zoneOf(job, timezone), zoneOf(prerequisite, timezone)];
  if (zones[0] === zones[1]) return null;
  return `${id} has its business dates in ${zones[1]}, this job in ${zones[0]}; ${covers}, or the same timezone in both`;
}

/** `{ job: 'A', covers: 'day' }` means the same business date. */
function wholeDay({ job, prerequisite }: Pair): string | null {
  const { id } = prerequisite;
  if (runsBy(job) === 'instant' && !job.schedule) {
    return `covers: 'day' is not for a job by instant without a schedule: nobody knows its instants; give it a schedule`;
  }
  if (runsBy(prerequisite) !== 'instant') return null;
  if (runsBy(job) === 'instant') {
    return `covers: 'day' is not for two jobs by instant: the first would wait for the last of the day; write '${id}'`;
  }
  return prerequisite.schedule
    ? null
    : `${id} has no schedule, so nobody knows its instants of a business date; give it a schedule`;
}

function sameInstants(job: Job, prerequisite: Job, timezone: string): boolean {
  if (!job.schedule || !prerequisite.schedule) return true;
  const own = parseExpression(job.schedule.expression);
  const other = parseExpression(prerequisite.schedule.expression);
  if (own.kind === 'cron' && other.kind === 'cron') {
    if (zoneOf(job, timezone) !== zoneOf(prerequisite, timezone)) return false;
    const times = new Set(cronTimes(other.fields).times);
    return cronTimes(own.fields).times.every((time) => times.has(time));
  }
  if (own.kind === 'rate' && other.kind === 'rate') {
    const apart = phase(job, own.everyMs) - phase(prerequisite, other.everyMs);
    return own.everyMs % other.everyMs === 0 && apart % other.everyMs === 0;
  }
  return job.schedule.expression === prerequisite.schedule.expression;
}

function phase({ schedule }: Job, everyMs: number): number {
  return (schedule?.start === undefined ? 0 : Date.parse(schedule.start)) % everyMs;
}
