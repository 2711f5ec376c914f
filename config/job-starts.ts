import { prerequisiteId } from '../model/after.ts';
import type { Job } from '../model/job.ts';
import type { Schedule } from '../model/schedule.ts';
import { daysBack, runsBy, zoneOf } from '../triggers/run-keys.ts';
import { cronTimes, dayOf, daysBetween } from '../triggers/schedules/cron-times.ts';
import { type ParsedExpression, parseExpression } from '../triggers/schedules/expression.ts';
import { scheduleWindow } from '../triggers/schedules/window.ts';
import { localTime } from '../triggers/zone-clock.ts';

/** When a job starts for a business date: the dates (as day numbers), and the minutes after the midnight of such a date. */
export interface JobStarts {
  dates: ReadonlySet<number>;
  firstMinute: number;
  lastMinute: number;
}

const dayMs = 86_400_000;
/** After 28 years the days of the week and the leap years come again as they were. */
const horizonDays = 28 * 365 + 7;

/** True for a date that all jobs' starts were looked up for: at the edges, one job's day may be another's day before. */
export function isWellKnown(date: number): boolean {
  const today = Date.now() / dayMs;
  return date > today + 2 && date < today + horizonDays - 2;
}

/** Makes a function that gives when each job starts, from now on; null: nothing is known, the job is started by hand. */
export function findJobStarts(jobs: ReadonlyMap<string, Job>, timezone: string): (id: string) => JobStarts | null {
  const known = new Map<string, JobStarts | null>();
  const startsOf = (id: string): JobStarts | null => {
    const job = jobs.get(id);
    if (job !== undefined && !known.has(id)) {
      known.set(id, job.schedule ? scheduled(job.schedule, job, timezone) : startedByOthers(job, startsOf));
    }
    return known.get(id) ?? null;
  };
  return startsOf;
}

function scheduled(schedule: Schedule, job: Job, timezone: string): JobStarts {
  const zone = zoneOf(job, timezone);
  const parsed = parseExpression(schedule.expression);
  const { startMs, endMs } = scheduleWindow(schedule);
  const first = localTime(Math.max(Date.now(), startMs ?? 0), zone);
  const last = Math.min(
    first + horizonDays * dayMs,
    endMs === null ? Number.POSITIVE_INFINITY : localTime(endMs, zone),
  );
  const days = daysOf(parsed, { first, last, zone, startMs: startMs ?? 0 });
  const times = timesOf(parsed, { job, zone, startMs: startMs ?? 0 });
  const backs = times.map((time) => daysBack(time, schedule.businessDate));
  const minutes = times.map((time, index) => (time + (backs[index] ?? 0) * dayMs) / 60_000);
  const dates = [...new Set(backs)].flatMap((back) => days.map((day) => day / dayMs - back));
  return { dates: new Set(dates), firstMinute: Math.min(...minutes), lastMinute: Math.max(...minutes) };
}

interface Span {
  first: number;
  last: number;
  zone: string;
  startMs: number;
}

function daysOf(parsed: ParsedExpression, { first, last, zone, startMs }: Span): number[] {
  const days = daysBetween(first, last);
  if (parsed.kind === 'cron') return days.filter(cronTimes(parsed.fields).hasDay);
  if (parsed.kind === 'at') return [dayOf(parsed.local)];
  if (parsed.everyMs < dayMs) return days;
  const { everyMs } = parsed;
  const next = startMs + Math.ceil((first - startMs - dayMs) / everyMs) * everyMs;
  const count = Math.max(0, Math.floor((last - next) / everyMs) + 1);
  return Array.from({ length: count }, (_, index) => dayOf(localTime(next + index * everyMs, zone)));
}

/** Times of a day, in milliseconds after midnight. */
function timesOf(parsed: ParsedExpression, at: { job: Job; zone: string; startMs: number }): number[] {
  if (parsed.kind === 'cron') return cronTimes(parsed.fields).times;
  if (parsed.kind === 'at') return [parsed.local - dayOf(parsed.local)];
  if (runsBy(at.job) === 'date') {
    const local = localTime(at.startMs, at.zone);
    return [local - dayOf(local)];
  }
  const rule = at.job.schedule?.businessDate;
  const begins = typeof rule === 'object' ? clockMs(rule.daysStartAt) : 0;
  return [0, begins === 0 ? dayMs - 60_000 : begins - 60_000, begins];
}

function startedByOthers(job: Job, startsOf: (id: string) => JobStarts | null): JobStarts | null {
  const known = (job.after ?? []).map((after) => startsOf(prerequisiteId(after))).filter((starts) => starts !== null);
  const [first, ...rest] = known;
  if (!first) return null;
  const last = Math.max(...known.map(({ lastMinute }) => lastMinute), clockMs(job.notBefore ?? '00:00') / 60_000);
  return {
    dates: new Set([...first.dates].filter((date) => rest.every(({ dates }) => dates.has(date)))),
    firstMinute: runsBy(job) === 'instant' ? Math.max(...known.map(({ firstMinute }) => firstMinute)) : last,
    lastMinute: last,
  };
}

function clockMs(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return (hours * 60 + minutes) * 60_000;
}
