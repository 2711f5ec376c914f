import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import type { TaskAnswer } from '../engine/start-attempt.ts';
import type { RunInput } from '../model/settings.ts';
import type { Inbox } from './inbox.ts';

/** An execution that is meant for one bundle is left to its workers for this long. */
const othersAfterMs = 60_000;

/**
 * True when the recorded answer is that of another step: the job's code has changed since it was recorded. Temporal
 * compares only the kinds of commands, and would give one step the output of another.
 */
export function isOfOtherStep(answer: TaskAnswer, stepKey: string, inbox: Inbox): boolean {
  if (answer.stepKey === undefined || answer.stepKey === stepKey) return false;
  inbox.giveUp(`The history has step ${answer.stepKey} where the code now calls ${stepKey}`);
  return true;
}

/**
 * Ends the workflow, not the run: the watcher lets the run go on in its next execution.
 * @throws ApplicationFailure of type `codeChanged` when the code does not fit the history.
 */
export function refuseChangedCode(inbox: Inbox): void {
  if (inbox.changed !== null) throw ApplicationFailure.nonRetryable(inbox.changed, 'codeChanged');
}

/**
 * Leaves an execution that goes on with changed code to workers that have it: in a deployment, older ones are still
 * there. A task that fails is given out again, in the end to another worker; after a minute anybody may take it.
 */
export function leaveToNewerCode({ bundle }: RunInput): void {
  const { currentBuildId, startTime, unsafe } = workflowInfo();
  if (bundle === undefined || currentBuildId === bundle || unsafe.isReplaying) return;
  if (Date.now() - startTime.getTime() > othersAfterMs) return;
  throw new Error(`This execution goes on with the code of bundle ${bundle}; this worker has ${currentBuildId}`);
}
