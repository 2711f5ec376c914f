import { setTimeout as delay } from 'node:timers/promises';
import type { Child } from './child.ts';
import { LocalServerError } from './server-error.ts';

export type ReadinessOptions = {
  /** The server's name in errors, e.g. `Temporal`. */
  server: string;
  child: Child;
  /** Milliseconds until the start counts as failed. */
  limitMs: number;
  /** Answers when the server is ready; throws while it is not. */
  probe: () => Promise<void>;
};

/** The server ended before it answered; starting it again may help. */
export class EndedWhileStarting extends LocalServerError {}

const betweenProbesMs = 25;

/**
 * Waits until the server answers. A start that fails stops the child first.
 * @throws EndedWhileStarting when it ended, LocalServerError when it did not answer in time; both with its last lines.
 */
export async function untilReady(options: ReadinessOptions): Promise<void> {
  const { server, child, limitMs, probe } = options;
  const deadline = performance.now() + limitMs;
  let lastError: unknown;
  while (performance.now() < deadline) {
    const exit = child.exit();
    if (exit) {
      const what = `${server} ended while it started [code=${exit.code}, signal=${exit.signal}]`;
      throw new EndedWhileStarting(failedStart(what, child));
    }
    try {
      return await probe();
    } catch (error) {
      lastError = error;
    }
    await Promise.race([delay(betweenProbesMs), child.exited]);
  }
  await child.stop();
  const what = `${server} did not answer within ${Math.round(limitMs / 1000)} s`;
  throw new LocalServerError(failedStart(what, child), { cause: lastError });
}

function failedStart(what: string, child: Child): string {
  const lines = child.lastLines();
  const output = lines.length > 0 ? `Its last lines:\n  ${lines.slice(-15).join('\n  ')}` : 'It printed nothing.';
  const taken = lines.some((line) => /address already in use|can't listen on/i.test(line));
  return `${what}.${taken ? ' Its port is taken.' : ''} ${output}`;
}
