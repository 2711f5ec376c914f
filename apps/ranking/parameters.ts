import { input } from '../../container/index.ts';

/** What every step of the ranking is told. */
export interface Parameters {
  /** The business date, a day of Asia/Tokyo, `YYYY-MM-DD`. */
  date: string;
}

/** Reads the step's input. Throws when it holds no calendar date. */
export function readParameters(): Parameters {
  const given = input<{ date?: unknown } | null>();
  const date = given?.date;
  if (typeof date !== 'string' || !isCalendarDate(date)) {
    throw new Error('The input must be like {"date":"2026-11-21"}, with a date that the calendar has');
  }
  return { date };
}

/** `2026-02-30` reads as a date of March, and so gives itself away. */
function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const parsed = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
}
