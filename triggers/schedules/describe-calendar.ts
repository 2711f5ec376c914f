import type { CalendarSpec, CalendarSpecDescription } from '@temporalio/client';

/** A field of a calendar: a value, a range, or a list of them; nothing = the field's default. */
type Part = string | number | { start: string | number; end?: string | number; step?: number };

const months = 'JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER'.split(' ');
const days = 'SUNDAY MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY'.split(' ');

/** The size of each field, and what it is when it is not given. */
const fields = {
  second: { min: 0, max: 59, unset: '0' },
  minute: { min: 0, max: 59, unset: '0' },
  hour: { min: 0, max: 23, unset: '0' },
  dayOfMonth: { min: 1, max: 31, unset: '*' },
  month: { min: 1, max: 12, unset: '*' },
  dayOfWeek: { min: 0, max: 6, unset: '*' },
  year: { min: 2000, max: 2100, unset: '*' },
} as const;

/** A calendar as text, the same for every way of writing it: `second 0, minute 0, hour 3, dayOfMonth *, ...`. */
export function describeCalendar(calendar: CalendarSpec | CalendarSpecDescription): string {
  const names = Object.keys(fields) as (keyof typeof fields)[];
  return names.map((name) => `${name} ${describeField(name, calendar[name])}`).join(', ');
}

function describeField(name: keyof typeof fields, given: Part | readonly Part[] | undefined): string {
  const { min, max, unset } = fields[name];
  if (given === '*') return '*';
  const parts = given === undefined ? [] : Array.isArray(given) ? given : [given];
  if (parts.length === 0) return unset;
  const values = new Set(parts.flatMap(expand));
  if (values.size === max - min + 1) return '*';
  return [...values].sort((a, b) => a - b).join(' ');
}

function expand(part: Part): number[] {
  if (typeof part !== 'object') return [numberOf(part)];
  const first = numberOf(part.start);
  const last = Math.max(first, numberOf(part.end ?? part.start));
  const step = part.step || 1;
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
}

function numberOf(value: string | number): number {
  if (typeof value === 'number') return value;
  return months.includes(value) ? months.indexOf(value) + 1 : days.indexOf(value);
}
