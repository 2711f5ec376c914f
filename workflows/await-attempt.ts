import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { AttemptEnd } from '../model/wake.ts';
import { stopStep } from './activities.ts';
import { currentBranch, isStopped } from './branches.ts';
import type { Inbox } from './inbox.ts';

/** The step that the attempt belongs to. */
interface StepOfRun {
  runId: string;
  execution: number;
  stepKey: string;
}

/**
 * Waits until the attempt has ended. In a branch that is being stopped it has the attempt stopped first, waits for the
 * proof that it has ended, and only then throws the cancellation.
 */
export async function awaitAttempt(step: StepOfRun, attemptId: string, inbox: Inbox): Promise<AttemptEnd> {
  try {
    return await inbox.endOf(attemptId);
  } catch (error) {
    if (!isCancellation(error) || !isStopped(currentBranch())) throw error;
    const { runId, execution, stepKey } = step;
    await CancellationScope.nonCancellable(async () => {
      await stopStep({ runId, execution, stepKey });
      await inbox.endOf(attemptId);
    });
    throw error;
  }
}

/** Nothing more is begun in a branch that is being stopped, nor in a workflow that was cancelled in Temporal. */
export async function refuseWhenCancelled(): Promise<void> {
  const scope = CancellationScope.current();
  if (scope.consideredCancelled) await scope.cancelRequested;
}
