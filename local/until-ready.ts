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

const betweenProbesMs = 25;

/**
 * Waits until the server answers. A start that fails stops the child first.
 * @throws LocalServerError with the child's last lines when it ended or did not answer in time.
 */
export async function untilReady(options: ReadinessOptions): Promise<void> {
  const { server, child, limitMs, probe } = options;
  const deadline = performance.now() + limitMs;
  let lastError: unknown;
  while (performance.now() < deadline) {
    const exit = child.exit();
    if (exit) throw startFailed(`${server} ended while it started [code=${exit.code}, signal=${exit.signal}]`, child);
    try {
      return await probe();
    } catch (error) {
      lastError = error;
    }
    await Promise.race([delay(betweenProbesMs), child.exited]);
  }
  await child.stop();
  throw startFailed(`${server} did not answer within ${Math.round(limitMs / 1000)} s`, child, lastError);
}

function startFailed(what: string, child: Child, cause?: unknown): LocalServerError {
  const lines = child.lastLines();
  const output = lines.length > 0 ? `Its last lines:\n  ${lines.slice(-15).join('\n  ')}` : 'It printed nothing.';
  const taken = lines.some((line) => /address already in use|can't listen on/i.test(line));
  return new LocalServerError(`${what}.${taken ? ' Its port is taken.' : ''} ${output}`, { cause });
}
