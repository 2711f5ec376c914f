import { ApplicationFailure } from '@temporalio/common';
import { StartRefused } from '../compute/port.ts';
import { Refused, type WorkerEngine } from '../engine/engine.ts';
import { ExecutionClosed, type TaskAnswer, type TaskRequest, writeIntent } from '../engine/start-attempt.ts';
import { submitAttempt } from '../engine/submit-attempt.ts';

/**
 * Makes the activity that submits the Batch job of a step: intent row, AWS, id. A crash anywhere leaves a row that
 * the next call joins and the watcher carries on; it never makes two.
 */
export function createStartTask(engine: WorkerEngine) {
  return async (task: TaskRequest): Promise<TaskAnswer> => {
    const claimedAt = performance.now();
    const { submit, ...answer } = await writeIntent(engine, task).catch(refuse);
    if (submit !== undefined) await submitAttempt(engine, { ...submit, claimedAt });
    return answer;
  };
}

/** What no repeat can mend is told to the run at once; everything else Temporal tries again. */
export function refuse(error: unknown): never {
  const type = typeOf(error);
  if (type === undefined) throw error;
  throw ApplicationFailure.nonRetryable((error as Error).message, type);
}

function typeOf(error: unknown): string | undefined {
  if (error instanceof ExecutionClosed) return 'executionClosed';
  if (error instanceof StartRefused) return error.failureClass;
  if (error instanceof Refused) return 'startFailed';
  return undefined;
}
