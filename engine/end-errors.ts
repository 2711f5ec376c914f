import { formatMs } from '../model/duration.ts';
import { type FailureClass, failureClasses, type RunError } from '../model/failures.ts';

/** The run has come to its job's timeout. */
export function timedOutError(runId: string): RunError {
  return classError('timedOut', `${runId} took longer than its job's timeout`);
}

/** The job's code has ended while work that it had started went on. */
export function notAwaitedError(live: number): RunError {
  return classError('taskNotAwaited', `The job's run ended while ${live} of its tasks still ran`);
}

/** What is said of an `onFailure` whose time was over before it had ended. */
export function lateHandlerError(limitMs: number): RunError {
  return classError('timedOut', `onFailure did not end within ${formatMs(limitMs)}`);
}

function classError(failureClass: FailureClass, message: string): RunError {
  return { class: failureClass, message, hint: failureClasses[failureClass].hint };
}
