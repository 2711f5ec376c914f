import { type After, prerequisiteId } from '../model/after.ts';
import { type Duration, durationMs, formatMs } from '../model/duration.ts';
import type { Job } from '../model/job.ts';
import { runsBy, zoneOf } from '../triggers/run-keys.ts';
import { daysMoved, isHoliday } from '../triggers/schedules/holidays.ts';
import { localTime } from '../triggers/zone-clock.ts';
import { findJobStarts, isWellKnown, type JobStarts } from './job-starts.ts';
import { keyProblems } from './key-checks.ts';

const dayMs = 86_400_000;

/**
 * Waits for prerequisites that cannot be met on some date, as `after: problem; what to write`.
 * Jobs must be sound one by one, know their prerequisites, and make no circle.
 */
export function waitProblems(jobs: ReadonlyMap<string, Job>, timezone: string): Map<string, string[]> {
  const startsOf = findJobStarts(jobs, timezone);
  const problems = new Map<string, string[]>();
  for (const [id, job] of jobs) {
    const found = problemsOf(job, { jobs, timezone, startsOf });
    if (found.length > 0) problems.set(id, found);
  }
  return problems;
}

interface Project {
  jobs: ReadonlyMap<string, Job>;
  timezone: string;
  startsOf: (id: string) => JobStarts | null;
}

function problemsOf(job: Job, { jobs, timezone, startsOf }: Project): string[] {
  const own = startsOf(job.id);
  const pairs = (job.after ?? []).flatMap((after) => {
    const prerequisite = jobs.get(prerequisiteId(after));
    return prerequisite ? [{ job, prerequisite, after, timezone }] : [];
  });
  const keys = pairs.flatMap(keyProblems);
  if (keys.length > 0 || own === null) return keys;
  if (!job.schedule) {
    return own.dates.size > 0
      ? []
      : ['after: these prerequisites never start on the same day, so this job never starts; give them common days'];
  }
  return pairs.flatMap((pair) => {
    const other = startsOf(pair.prerequisite.id);
    return other === null ? [] : pairProblems(pair, own, other);
  });
}

/** A job and one of its prerequisites. */
export interface Pair {
  job: Job;
  prerequisite: Job;
  after: After;
  /** The configuration's. */
  timezone: string;
}

function pairProblems(pair: Pair, own: JobStarts, other: JobStarts): string[] {
  const { job, prerequisite } = pair;
  const missing = [...own.dates].filter((date) => isWellKnown(date) && !other.dates.has(date));
  if (missing.length > 0) {
    return [
      `after: ${prerequisite.id} does not start for ${showDates(missing)}, but this job does, and would wait in vain; give both the same days`,
    ];
  }
  const waitAtMost: Duration = job.waitAtMost ?? '12 hours';
  const lateMs = latest(pair, own, other);
  if (lateMs <= durationMs(waitAtMost)) return [];
  return [
    `after: ${prerequisite.id} starts ${formatMs(lateMs)} later than this job, which waits at most "${waitAtMost}"; write a longer waitAtMost or a later schedule`,
  ];
}

/** By how much the last start that is waited for comes after the first start that waits, in milliseconds. */
function latest({ job, prerequisite, timezone }: Pair, own: JobStarts, other: JobStarts): number {
  const together = runsBy(job) === 'instant' && runsBy(prerequisite) === 'instant';
  if (together) return 0;
  const zones = [zoneOf(job, timezone), zoneOf(prerequisite, timezone)] as const;
  const year = new Date().getUTCFullYear();
  const apart = [0, 6].map((month) => {
    const at = Date.UTC(year, month, 1);
    return localTime(at, zones[0]) - localTime(at, zones[1]);
  });
  const moves = (prerequisite.schedule?.holidays?.dates ?? []).map(
    (date) => moved(prerequisite, date) - moved(job, date),
  );
  const ownMoves = (job.schedule?.holidays?.dates ?? []).map((date) => moved(prerequisite, date) - moved(job, date));
  return (
    (other.lastMinute - own.firstMinute) * 60_000 + Math.max(...apart) + Math.max(0, ...moves, ...ownMoves) * dayMs
  );
}

function moved({ schedule }: Job, date: string): number {
  return schedule !== undefined && isHoliday(schedule, date) ? daysMoved(schedule, date) : 0;
}

/** The first few, such as `Sat 2026-11-28, Sun 2026-11-29 and others`. */
function showDates(days: number[]): string {
  const names = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
  const shown = days.slice(0, 3).map((day) => {
    const date = new Date(day * dayMs);
    return `${names[date.getUTCDay()]} ${date.toISOString().slice(0, 10)}`;
  });
  return `${shown.join(', ')}${days.length > shown.length ? ' and others' : ''}`;
}
