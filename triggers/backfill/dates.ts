import { Temporal } from 'temporal-polyfill';
import { Refused } from '../../engine/engine.ts';
import { isBusinessDate } from '../../model/run-id.ts';

/** Longer ranges are a slip of the finger. */
const maxDates = 3_700;

/**
 * The business dates from the first to the last, both of them included.
 * @throws Refused when one is not a day, the order is wrong, or there are more than ten years of them.
 */
export function datesBetween(from: string, to: string): string[] {
  for (const [option, date] of [
    ['--from', from],
    ['--to', to],
  ] as const) {
    if (isBusinessDate(date)) continue;
    throw new Refused(`${option} "${date}" is not a business date: write YYYY-MM-DD, such as ${option} 2026-11-01`);
  }
  if (from > to) throw new Refused(`--from ${from} is after --to ${to}: write the older date first`);
  const first = Temporal.PlainDate.from(from);
  const count = first.until(to, { largestUnit: 'days' }).days + 1;
  if (count > maxDates) {
    throw new Refused(`--from ${from} --to ${to} are ${count} dates; a backfill takes at most ${maxDates}: split it`);
  }
  return Array.from({ length: count }, (_, days) => first.add({ days }).toString());
}
