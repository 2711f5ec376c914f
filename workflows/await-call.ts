import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { CallLimits } from '../model/settings.ts';
import type { AttemptEnd } from '../model/wake.ts';
import { callTask, stopStep } from './activities.ts';
import { currentBranch, isStopped } from './branches.ts';

/** The step that is called for. */
interface CallOfRun {
  runId: string;
  execution: number;
  stepKey: string;
  task: string;
  input: { all: unknown } | { shards: unknown[] };
}

/**
 * Has the worker make the call of an attempt that is written down, and waits for its end. In a branch that is being
 * stopped it has the attempt stopped first, waits until the call has ended, and only then throws the cancellation.
 */
export async function awaitCall(step: CallOfRun, limits: CallLimits, attemptId: string): Promise<AttemptEnd> {
  const { runId, execution, stepKey, task, input } = step;
  const ended = CancellationScope.nonCancellable(() =>
    callTask(limits)({ runId, execution, stepKey, task, input, attemptId }),
  );
  // When the wait for it is given up, nobody else hears how it failed.
  ended.catch(() => undefined);
  try {
    return await Promise.race([ended, CancellationScope.current().cancelRequested]);
  } catch (error) {
    if (!isCancellation(error) || !isStopped(currentBranch())) throw error;
    await CancellationScope.nonCancellable(async () => {
      await stopStep({ runId, execution, stepKey });
      await ended;
    });
    throw error;
  }
}
