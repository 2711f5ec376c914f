import type { Log } from '../engine/engine.ts';

/** A cycle that runs again and again until stopped: after each pause, or at once when kicked. */
export interface Loop {
  /** Runs a cycle as soon as the present one is over. */
  kick(): void;
  /** Milliseconds since a cycle last ended well; since the loop's start when none has. */
  silentMs(): number;
  /** Ends after the present cycle. */
  stop(): Promise<void>;
}

/**
 * Starts a loop. `cycle` gives the pause before the next one in milliseconds. A cycle that throws is logged and tried
 * again after a pause that grows to 10 s: nothing stops the watcher but its process.
 */
export function startLoop(name: string, log: Log, cycle: () => Promise<number>): Loop {
  let stopping = false;
  let kicked = false;
  let failures = 0;
  // Monotonic: a clock that is set must make no worker look ill.
  let lastGoodMs = performance.now();
  let wake: () => void = () => undefined;

  const pause = async (ms: number) => {
    if (kicked || stopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };
  const once = async (): Promise<number> => {
    try {
      const ms = await cycle();
      failures = 0;
      lastGoodMs = performance.now();
      return ms;
    } catch (error) {
      failures += 1;
      log.error(`${name} failed`, { error: error instanceof Error ? error.message : String(error), failures });
      return Math.min(10_000, 100 * 2 ** failures);
    }
  };
  const run = async () => {
    while (!stopping) {
      kicked = false;
      await pause(await once());
    }
  };
  const done = run();

  return {
    kick() {
      kicked = true;
      wake();
    },
    silentMs: () => performance.now() - lastGoodMs,
    async stop() {
      stopping = true;
      wake();
      await done;
    },
  };
}
