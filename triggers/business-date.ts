import { Temporal } from 'temporal-polyfill';
import { isBusinessDate } from '../model/run-id.ts';

/**
 * The calendar day of an instant in a time zone, `YYYY-MM-DD`.
 * @throws RangeError when the zone is not one, or the date is invalid.
 */
export function businessDate(instant: Date, timezone: string): string {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timezone);
  return zoned.toPlainDate().toString();
}

/**
 * The instant at which a clock in the zone shows `HH:MM` on a business date.
 * A time that the clock jumps over is moved forward by the jump; of a time that comes twice, the first is meant.
 * @throws TypeError when the date or the time is not written as said; RangeError when the zone is not one.
 */
export function instantOf(date: string, time: string, timezone: string): Date {
  if (!isBusinessDate(date)) throw new TypeError(`"${date}" is not a business date: write it as 2026-11-21`);
  if (!isClockTime(time)) throw new TypeError(`"${time}" is not a time of day: write it as 03:15`);
  const local = Temporal.PlainDateTime.from(`${date}T${time}:00`);
  const zoned = local.toZonedDateTime(timezone, { disambiguation: 'compatible' });
  return new Date(zoned.epochMilliseconds);
}

/** True for a time of day written `HH:MM`, 00:00 to 23:59. */
export function isClockTime(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(text);
}
