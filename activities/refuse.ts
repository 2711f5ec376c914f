import { ApplicationFailure } from '@temporalio/common';
import { StartRefused } from '../compute/port.ts';
import { Refused } from '../engine/engine.ts';
import { ExecutionClosed } from '../engine/start-attempt.ts';

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
