type Unit = 'second' | 'seconds' | 'minute' | 'minutes' | 'hour' | 'hours' | 'day' | 'days';

/** A length of time as people say it: `'90 seconds'`, `'10 minutes'`, `'1 hour'`, `'2 days'`. */
export type Duration = `${number} ${Unit}`;

const unitMs: Record<string, number> = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * The length in milliseconds, a whole number above zero.
 * @throws TypeError when the text is not a number and a unit, or not above zero.
 */
export function durationMs(duration: Duration): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?) (second|minute|hour|day)s?$/.exec(duration) ?? [];
  const ms = Math.round(Number(amount) * (unitMs[unit] ?? Number.NaN));
  if (!Number.isFinite(ms) || ms <= 0 || amount === '') {
    throw new TypeError(
      `"${duration}" is not a duration: write a number and a unit, such as "10 minutes" or "12 hours"`,
    );
  }
  return ms;
}

/** The length as a person reads it in a progress line: `850 ms`, `12.4 s`, `3 min 20 s`, `2 h 05 min`. */
export function formatMs(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(seconds / 3_600)} h ${String(Math.floor((seconds % 3_600) / 60)).padStart(2, '0')} min`;
}
