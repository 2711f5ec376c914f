import type { CronFields } from './cron-fields.ts';
import { valuesOf } from './cron-ranges.ts';
import { fitsDay, type MonthKind, monthKinds } from './month-kinds.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** The times of a `cron(...)` as clocks show them: `day` is a midnight, both as if the zone were UTC, in milliseconds. */
export interface CronTimes {
  kinds: readonly MonthKind[];
  /** Times of a day that fits, in milliseconds after its midnight, ascending. */
  times: number[];
  hasDay(day: number): boolean;
  has(local: number): boolean;
}

/** Makes {@link CronTimes}. */
export function cronTimes(fields: CronFields): CronTimes {
  const kinds = monthKinds(fields);
  const times = valuesOf(fields.hour).flatMap((hour) =>
    valuesOf(fields.minute).map((minute) => (hour * 60 + minute) * minuteMs),
  );
  const known = new Set(times);
  const hasDay = (day: number) => fitsDay(kinds, day);
  return {
    kinds,
    times,
    hasDay,
    has: (local) => known.has(local - dayOf(local)) && hasDay(dayOf(local)),
  };
}

/** The midnight of a local time. */
export function dayOf(local: number): number {
  return Math.floor(local / dayMs) * dayMs;
}

/** Midnights from the day of one local time to that of another, both included. */
export function daysBetween(fromLocal: number, toLocal: number): number[] {
  const first = dayOf(fromLocal);
  const count = Math.max(0, Math.floor((dayOf(toLocal) - first) / dayMs) + 1);
  return Array.from({ length: count }, (_, index) => first + index * dayMs);
}
