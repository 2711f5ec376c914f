import { setTimeout as delay } from 'node:timers/promises';

export type UntilOptions = {
  /** Milliseconds until the wait fails. Default: 100,000, enough for a machine that does other things, too. */
  timeoutMs?: number | undefined;
  /** What is waited for, for the error: `the run to be waiting`. */
  describe: string;
};

const betweenLooksMs = 20;

/**
 * Looks again and again until the condition gives something truthy, and returns that. A look that throws counts as
 * "not yet". Throws an error that names what was waited for and what was seen last.
 */
export async function until<Value>(
  condition: () => Value | Promise<Value>,
  options: UntilOptions,
): Promise<Exclude<Value, false | null | undefined | 0 | ''>> {
  const timeoutMs = options.timeoutMs ?? 100_000;
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  do {
    try {
      const value = await condition();
      if (value) return value as Exclude<Value, false | null | undefined | 0 | ''>;
      last = value;
    } catch (error) {
      last = error;
    }
    await delay(betweenLooksMs);
  } while (performance.now() < deadline);
  throw new Error(`Waited ${timeoutMs} ms for ${options.describe}; last seen: ${show(last)}`, { cause: last });
}

function show(value: unknown): string {
  if (value instanceof Error) return value.message;
  return JSON.stringify(value) ?? String(value);
}
