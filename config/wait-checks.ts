import { type Duration, durationMs, formatMs } from '../model/duration.ts';
import type { Job } from '../model/job.ts';
import { type CronFieldName, parseCron, valuesOf } from '../triggers/schedules/cron-fields.ts';

/** The days on which a job can start, field by field, and the earliest minute of such a day. */
interface Starts {
  days: Record<DayField, number[]>;
  minute: number;
}
type DayField = Exclude<CronFieldName, 'minute' | 'hour'>;

const dayFields = {
  dayOfMonth: 'day of month',
  month: 'month',
  dayOfWeek: 'day of week (1 is Sunday)',
  year: 'year',
} as const satisfies Record<DayField, string>;

/**
 * Waits for prerequisites that cannot be met on some date, as `after: problem; what to write`.
 * Jobs must be sound one by one, know their prerequisites, and make no circle.
 */
export function waitProblems(jobs: ReadonlyMap<string, Job>, timezone: string): Map<string, string[]> {
  const starts = new Map<string, Starts | null>();
  const startsOf = (id: string): Starts | null => {
    const job = jobs.get(id);
    if (!starts.has(id) && job) starts.set(id, findStarts(job, startsOf));
    return starts.get(id) ?? null;
  };
  const problems = new Map<string, string[]>();
  for (const [id, job] of jobs) {
    const own = startsOf(id);
    const found = (job.after ?? []).flatMap((other) => {
      const prerequisite = jobs.get(other);
      return prerequisite ? zoneProblems(job, prerequisite, timezone) : [];
    });
    if (job.schedule && own && found.length === 0) {
      for (const other of job.after ?? [])
        found.push(...pairProblems(job, own, { id: other, starts: startsOf(other) }));
    }
    if (!job.schedule && own && Object.values(own.days).some((values) => values.length === 0)) {
      found.push(
        'after: these prerequisites never start on the same day, so this job never starts; give them common days',
      );
    }
    if (found.length > 0) problems.set(id, found);
  }
  return problems;
}

/** Null: nothing is known, the job is started by hand. */
function findStarts(job: Job, startsOf: (id: string) => Starts | null): Starts | null {
  if (job.schedule) {
    const { minute, hour, ...days } = parseCron(job.schedule.expression);
    return {
      days: mapDays((field) => valuesOf(days[field])),
      minute: (valuesOf(hour)[0] ?? 0) * 60 + (valuesOf(minute)[0] ?? 0),
    };
  }
  const known = (job.after ?? []).map(startsOf).filter((starts) => starts !== null);
  const [first, ...rest] = known;
  if (!first) return null;
  return {
    days: mapDays((field) =>
      first.days[field].filter((value) => rest.every(({ days }) => days[field].includes(value))),
    ),
    minute: Math.max(...known.map(({ minute }) => minute), minuteOf(job.notBefore ?? '00:00')),
  };
}

function zoneProblems(job: Job, prerequisite: Job, timezone: string): string[] {
  if (!job.schedule || !prerequisite.schedule) return [];
  const own = job.schedule.timezone ?? timezone;
  const other = prerequisite.schedule.timezone ?? timezone;
  if (own === other) return [];
  return [
    `after: ${prerequisite.id} has its business dates in ${other}, this job in ${own}; write the same timezone in both`,
  ];
}

function pairProblems(job: Job, own: Starts, other: { id: string; starts: Starts | null }): string[] {
  if (!other.starts) return [];
  const { days, minute } = other.starts;
  const longest = Math.max(...own.days.month.map((month) => new Date(Date.UTC(2024, month, 0)).getUTCDate()));
  for (const field of Object.keys(dayFields) as DayField[]) {
    const possible = field === 'dayOfMonth' ? own.days[field].filter((day) => day <= longest) : own.days[field];
    const missing = possible.filter((value) => !days[field].includes(value));
    if (missing.length === 0) continue;
    const when = `${dayFields[field]} ${shorten(missing)}`;
    return [
      `after: ${other.id} does not start on ${when}, but this job does, and would wait in vain; give both the same days`,
    ];
  }
  const waitAtMost: Duration = job.waitAtMost ?? '12 hours';
  const lateMs = (minute - own.minute) * 60_000;
  if (lateMs <= durationMs(waitAtMost)) return [];
  return [
    `after: ${other.id} starts ${formatMs(lateMs)} later than this job, which waits at most "${waitAtMost}"; write a longer waitAtMost or a later schedule`,
  ];
}

function mapDays(valuesFor: (field: DayField) => number[]): Record<DayField, number[]> {
  return {
    dayOfMonth: valuesFor('dayOfMonth'),
    month: valuesFor('month'),
    dayOfWeek: valuesFor('dayOfWeek'),
    year: valuesFor('year'),
  };
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

function shorten(values: number[]): string {
  return values.length <= 7 ? values.join(', ') : `${values.slice(0, 6).join(', ')} and others`;
}
