import { logError } from './log.ts';

/** What a process does before it ends early. A promise is waited for. */
export type Cleanup = () => void | Promise<void>;

/** 128 + 15, what a shell shows for SIGTERM. AWS Batch takes exit 0 for a success, even of a reclaimed Spot task. */
const terminatedCode = 143;

const cleanups: Cleanup[] = [];
let terminated = false;

/**
 * Runs a function when the process is told to end (SIGTERM: cancelled, timed out, or a Spot reclaim), then exits with
 * 143. Several run last given first; one that fails is logged and the next still runs. SIGKILL follows 30 s after
 * SIGTERM, so be quick.
 */
export function onTerminate(cleanup: Cleanup): void {
  if (cleanups.length === 0) process.once('SIGTERM', () => void terminate());
  cleanups.push(cleanup);
}

/** Whether SIGTERM came. From then on the process ends with 143, whatever the work still does. */
export function isTerminated(): boolean {
  return terminated;
}

async function terminate(): Promise<void> {
  terminated = true;
  // The work may come to its end, and Node with it, while the functions below still wait.
  process.exitCode = terminatedCode;
  for (const cleanup of cleanups.toReversed()) {
    try {
      await cleanup();
    } catch (error) {
      logError('cleanup failed', error);
    }
  }
  process.exit(terminatedCode);
}
