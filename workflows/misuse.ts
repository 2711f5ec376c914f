import { ApplicationFailure } from '@temporalio/workflow';

/** The job's code asks for what cannot be: the run fails as `jobCode`, and is not tried again. */
export function misuse(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'jobCode');
}

/**
 * A call may fail before the job awaits it, or never be awaited. Without a handler of its own that rejection would fail
 * the workflow task, again and again, in place of the run.
 */
export function handled<Args extends unknown[], T>(call: (...args: Args) => Promise<T>): (...args: Args) => Promise<T> {
  return (...args) => {
    const outcome = call(...args);
    outcome.catch(() => undefined);
    return outcome;
  };
}
