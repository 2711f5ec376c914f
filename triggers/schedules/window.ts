import { Temporal } from 'temporal-polyfill';
import type { Schedule } from '../../model/schedule.ts';

/** The instants, in milliseconds, before and after which a schedule starts nothing. Whole seconds, as a Temporal server counts. */
export interface ScheduleWindow {
  startMs: number | null;
  endMs: number | null;
}

/**
 * Reads `start` and `end`.
 * @throws TypeError when one is not an instant with a zone, or the end is not after the start.
 */
export function scheduleWindow({ expression, start, end }: Schedule): ScheduleWindow {
  if (expression.startsWith('at(') && (start !== undefined || end !== undefined)) {
    throw new TypeError('start and end: are not for at(...), which comes once; take them out');
  }
  const startMs = start === undefined ? null : instantMs('start', start);
  const endMs = end === undefined ? null : instantMs('end', end);
  if (startMs !== null && endMs !== null && endMs <= startMs) {
    throw new TypeError(`end: "${end}" is not after the start "${start}"; write a later instant`);
  }
  return { startMs, endMs };
}

function instantMs(option: string, text: string): number {
  try {
    return Math.floor(Temporal.Instant.from(text).epochMilliseconds / 1_000) * 1_000;
  } catch (error) {
    throw new TypeError(
      `${option}: "${text}" is not an instant: write day, time and zone, such as 2026-12-01T00:00:00+09:00`,
      { cause: error },
    );
  }
}
