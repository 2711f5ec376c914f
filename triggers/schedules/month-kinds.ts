import { type DayRule, dayRules } from './cron-days.ts';
import type { CronFields } from './cron-fields.ts';
import { clampRanges, rangesOf, valuesOf } from './cron-ranges.ts';

/** The years that a Temporal server knows. */
export const knownYears = { first: 2000, last: 2100 };

/** Months of the same length, in the years in which they have it, and the days that fit in each of them. */
export interface MonthKind {
  months: number[];
  years: number[];
  length: number;
  rules: DayRule[];
}

const kinds = [
  { length: 31, months: [1, 3, 5, 7, 8, 10, 12], hasYear: () => true },
  { length: 30, months: [4, 6, 9, 11], hasYear: () => true },
  { length: 28, months: [2], hasYear: (year: number) => !isLeap(year) },
  { length: 29, months: [2], hasYear: isLeap },
];

/** The months that the fields name, by their length; those in which no day can fit are left out. */
export function monthKinds(fields: CronFields): MonthKind[] {
  const months = valuesOf(fields.month);
  const years = valuesOf(clampRanges(fields.year, knownYears.first, knownYears.last));
  return kinds
    .map((kind) => ({
      length: kind.length,
      months: kind.months.filter((month) => months.includes(month)),
      years: years.filter(kind.hasYear),
      rules: dayRules(fields.dayOfMonth, fields.dayOfWeek, kind.length),
    }))
    .filter(({ months, years, rules, length }) => {
      const days = rules.flatMap((rule) => valuesOf(rule.days));
      return months.length > 0 && years.length > 0 && days.some((day) => day <= length);
    });
}

/** True on a day (midnight, as if the zone were UTC) that fits. `kinds` are those of {@link monthKinds}. */
export function fitsDay(kinds: readonly MonthKind[], day: number): boolean {
  const date = new Date(day);
  const [year, month, dayOfMonth] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  const weekday = date.getUTCDay() + 1;
  return kinds.some(
    (kind) =>
      kind.months.includes(month) &&
      kind.years.includes(year) &&
      kind.rules.some((rule) => has(rule.days, dayOfMonth) && has(rule.weekdays, weekday)),
  );
}

/** Kinds whose days are ruled alike, put together: most schedules need one calendar. */
export function mergeKinds(kinds: readonly MonthKind[]): Pick<MonthKind, 'months' | 'years' | 'rules'>[] {
  const all = { months: kinds.flatMap(({ months }) => months), rules: kinds[0]?.rules ?? [] };
  const years = [...new Set(kinds.flatMap((kind) => kind.years))].sort((a, b) => a - b);
  const [first, ...rest] = kinds.map(({ rules }) => JSON.stringify(rules));
  if (rest.every((rules) => rules === first)) {
    return [{ ...all, months: [...new Set(all.months)].sort((a, b) => a - b), years }];
  }
  return [...kinds];
}

/** True when a year has 366 days. */
export function isLeap(year: number): boolean {
  return new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
}

/** As ranges; undefined when it is every year that the server knows. */
export function yearRanges(years: readonly number[]) {
  return years.length === knownYears.last - knownYears.first + 1 ? undefined : rangesOf(years);
}

function has(ranges: readonly { start: number; end: number; step: number }[], value: number): boolean {
  return ranges.some(({ start, end, step }) => value >= start && value <= end && (value - start) % step === 0);
}
