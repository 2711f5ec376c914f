import { ApplicationFailure } from '@temporalio/workflow';
import { type BranchError, failureClasses, type RunError } from '../model/failures.ts';
import { runError } from './run-error.ts';

/** As many failures as the message names one by one; the error holds all of them. */
const maxNamed = 20;

/** Log tails of all branches together, in characters: the error is one payload, and Temporal takes 2 MB. */
const tailCharacters = 200_000;

/** What came of the branches of a `parallel` that failed. */
interface Failed {
  /** In the order of the branches. */
  failures: { branch: string; thrown: unknown }[];
  /** Paths of branches that were stopped or did not begin. */
  stopped: string[];
  /** All branches. */
  count: number;
}

/** One failure that names every branch that failed, each with its own error, then those that were stopped for it. */
export function parallelFailure({ failures, stopped, count }: Failed): ApplicationFailure {
  // A branch that is itself a parallel has its own branches: all of them are listed side by side, by their whole path.
  const errors = failures.flatMap(({ branch, thrown }): BranchError[] => {
    const error = runError(thrown);
    return error.branches ?? [{ branch, error }];
  });
  const failed = errors.filter(({ error }) => error.class !== 'cancelled');
  const first = (failed[0] ?? errors[0])?.error;
  const failureClass = first?.class ?? 'jobCode';
  const error: RunError = {
    class: failureClass,
    message: message({ errors: failed, stopped, failures: failures.length, count }),
    hint: first?.hint ?? failureClasses[failureClass].hint,
    branches: shorten([...failed, ...errors.filter((each) => !failed.includes(each)), ...stopped.map(stoppedBranch)]),
  };
  return ApplicationFailure.create({ message: error.message, type: error.class, nonRetryable: true, details: [error] });
}

function message(of: { errors: BranchError[]; stopped: string[]; failures: number; count: number }): string {
  const named = of.errors.slice(0, maxNamed).map(({ branch, error }) => `${branch}: ${error.message}`);
  const more = of.errors.length > maxNamed ? [`and ${of.errors.length - maxNamed} more`] : [];
  const stopped = of.stopped.length === 0 ? [] : [`stopped for it: ${of.stopped.join(', ')}`];
  const branches = of.count === 1 ? 'branch' : 'branches';
  return [`${of.failures} of ${of.count} parallel ${branches} failed`, ...named, ...more, ...stopped].join('\n');
}

function stoppedBranch(branch: string): BranchError {
  const message = 'Stopped, or not begun, since another branch failed';
  return { branch, error: { class: 'cancelled', message, hint: failureClasses.cancelled.hint } };
}

/** Each branch's log tail, so that all of them together stay below the limit; the rows of the attempts keep the whole. */
function shorten(branches: BranchError[]): BranchError[] {
  const each = Math.floor(tailCharacters / Math.max(1, branches.length));
  return branches.map(({ branch, error }) => {
    if (error.logTail === undefined) return { branch, error };
    let room = each;
    const kept = [...error.logTail].reverse().filter((line) => {
      room -= line.length;
      return room >= 0;
    });
    return { branch, error: { ...error, logTail: kept.reverse() } };
  });
}
