import { context } from './environment.ts';
import { errorCount, log, logError } from './log.ts';
import { finishedRecords } from './output.ts';
import { shard } from './shard.ts';
import { isTerminated, onTerminate } from './terminate.ts';

/** How a step's process ended, as its last log line says. */
export type StepState = 'succeeded' | 'failed' | 'terminated';

/**
 * Runs the whole of a container's work between two log lines: `step started` (id, time, parameters) and `step ended`
 * (id, time, records, duration in ms, errors, state). `readParameters` reads and checks the input; what it returns is
 * logged, so it must leave out what is secret. An error is logged with its stack, and the exit code is 1; SIGTERM ends
 * the process with 143.
 */
export async function runStep<P>(readParameters: () => P, work: (parameters: P) => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  const end = (state: StepState) => logEnd(state, startedAt);
  // Also when there is nothing to clean up: as process 1 of a container, Node would not even notice the signal.
  onTerminate(() => end('terminated'));
  try {
    const parameters = readParameters();
    log('step started', { ...identity(), shard: shard(), parameters });
    await work(parameters);
    if (!isTerminated()) end('succeeded');
  } catch (error) {
    // What the clean-up broke on purpose is no failure of the work.
    if (isTerminated()) return;
    process.exitCode = 1;
    logError('step failed', error);
    end('failed');
  }
}

function logEnd(state: StepState, startedAt: number): void {
  const durationMs = Math.round(performance.now() - startedAt);
  log('step ended', { ...identity(), state, records: finishedRecords() ?? 0, durationMs, errors: errorCount() });
}

function identity(): object {
  const { runId, step, attemptId, attemptNumber } = context();
  return { runId, step, attemptId, attemptNumber };
}
