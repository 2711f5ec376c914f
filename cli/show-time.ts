import { formatMs } from '../model/duration.ts';

/** An instant as a clock in the zone shows it: `2026-11-21 03:10:00`; empty for none. */
export function showTime(at: Date | null, timezone: string): string {
  if (at === null) return '';
  // Swedish writes dates as ISO does.
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: timezone }).format(at);
}

/** How long something took, or has taken so far; empty when it has not begun. */
export function showTook({ startedAt, endedAt }: { startedAt: Date | null; endedAt: Date | null }): string {
  if (startedAt === null) return '';
  if (endedAt !== null) return formatMs(Math.max(0, endedAt.getTime() - startedAt.getTime()));
  return `${formatMs(Math.max(0, Date.now() - startedAt.getTime()))} so far`;
}
