import { ApplicationFailure, CancelledFailure } from '@temporalio/workflow';
import { type FailureClass, failureClasses, type RunError } from '../model/failures.ts';

/** What a job's `run` threw, as the error of the run. */
export function runError(thrown: unknown): RunError {
  if (thrown instanceof ApplicationFailure) return ofFailure(thrown);
  if (thrown instanceof CancelledFailure) return classError('cancelled', 'The workflow was cancelled in Temporal');
  if (thrown instanceof Error && thrown.cause !== undefined) return runError(thrown.cause);
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { ...classError('jobCode', `The job's run threw ${error.name}: ${error.message}`), stack: error.stack ?? '' };
}

function ofFailure(failure: ApplicationFailure): RunError {
  const [detail] = failure.details ?? [];
  if (isRunError(detail)) return detail;
  const failureClass =
    failure.type != null && failure.type in failureClasses ? (failure.type as FailureClass) : 'jobCode';
  return classError(failureClass, failure.message);
}

/** An error of this class, with its hint. */
export function classError(failureClass: FailureClass, message: string): RunError {
  return { class: failureClass, message, hint: failureClasses[failureClass].hint };
}

function isRunError(value: unknown): value is RunError {
  return typeof value === 'object' && value !== null && 'class' in value && 'hint' in value && 'message' in value;
}
