/**
 * Every way in which work can fail: who pays for the retry, and what a person should do.
 * `free`: retried without spending the user's retries (at most 10 times). `spends`: spends one. `never`: not retried.
 */
export const failureClasses = {
  spot: { retried: 'free', hint: 'AWS took the Spot capacity back; nothing to do.' },
  capacity: { retried: 'free', hint: 'AWS had no capacity; if it lasts, use another region or on-demand.' },
  stuckRunnable: {
    retried: 'free',
    hint: 'The job never left the queue: check the compute environment and the quota.',
  },
  throttled: { retried: 'free', hint: 'Lower the concurrency or raise the AWS quota.' },
  infrastructure: { retried: 'free', hint: 'AWS failed on its side; look at the reason if it goes on.' },
  imagePull: { retried: 'free', hint: 'Check that the image exists and that the execution role may pull it.' },
  falseSuccess: { retried: 'free', hint: 'The container exited 0 on a Spot stop: let it exit non-zero on SIGTERM.' },
  exitCode: { retried: 'spends', hint: 'Read the log lines above, mend the program or the data, then retry the run.' },
  timeout: { retried: 'spends', hint: 'Give the task a longer timeout, or find out why it was slow.' },
  functionError: {
    retried: 'spends',
    hint: 'The function threw: mend it or its data, then retry the run.',
  },
  outOfMemory: { retried: 'spends', hint: 'Give the task more memory.' },
  outputMissing: { retried: 'spends', hint: 'The program ended well without its output line: call finish() in it.' },
  cancelled: {
    retried: 'never',
    hint: 'It was stopped on request; `nightshift retry` goes on after the finished steps.',
  },
  startFailed: {
    retried: 'never',
    hint: 'AWS could not start it as asked: check the job definition, its roles and secrets.',
  },
  accessDenied: { retried: 'never', hint: 'Grant the worker the action named in the message.' },
  inputTooLarge: { retried: 'never', hint: 'Pass a reference (a key, a table, a date) in place of the data.' },
  outputInvalid: { retried: 'never', hint: 'The output is not JSON of the declared form.' },
  outputTooLarge: {
    retried: 'never',
    hint: 'Write the data somewhere and return where it is; a step returns at most 1 MB.',
  },
  taskNotAwaited: { retried: 'never', hint: 'Put `await` before every task call of the job.' },
  jobCode: { retried: 'never', hint: "The job's own `run` threw: see the stack trace." },
  terminated: {
    retried: 'never',
    hint: 'The workflow was ended in Temporal; `nightshift retry` goes on after the finished steps.',
  },
  timedOut: { retried: 'never', hint: "The run took longer than the job's timeout; `nightshift retry` goes on." },
  lockBusy: { retried: 'never', hint: 'Another run holds the lock; run it again when that one has ended.' },
  prerequisiteNotMet: { retried: 'never', hint: 'Mend and retry the prerequisite, then retry this run.' },
  temporalLost: { retried: 'never', hint: 'Temporal does not know this run any more; `nightshift retry` goes on.' },
  outcomeUnknown: { retried: 'never', hint: 'AWS forgot how it ended; look at its data, then retry or mark the run.' },
} as const satisfies Record<string, { retried: 'free' | 'spends' | 'never'; hint: string }>;

/** The name of one way to fail; the key of {@link failureClasses}. */
export type FailureClass = keyof typeof failureClasses;

/** What went wrong with one or more shards of an attempt, in the same way. */
export interface ShardFailure {
  /** The way in which they failed: it decides about retries. */
  class: FailureClass;
  /** The exit code of the container; null when it never ran or AWS names none. */
  exitCode: number | null;
  /** AWS's own words, or ours. */
  reason: string;
  /** Logical indexes, ascending. A single job is shard 0. */
  shards: number[];
}

/** The error of a run as people read it (`nightshift show`, alerts, the dashboard). */
export interface RunError {
  /** The way in which it failed: that of the step, or of the run itself. */
  class: FailureClass;
  /** What was attempted, on what, and what came back. Never holds secrets or inputs. */
  message: string;
  /** What a person can do about it. */
  hint: string;
  /** The key of the step that failed, such as `score#1`. Absent when no step did. */
  step?: string;
  /** Nightshift's id of the attempt that failed: it is in the AWS job's name and tags. Absent when no step failed. */
  attemptId?: string;
  /** AWS's id of that attempt. Absent when AWS never took it. */
  externalId?: string;
  /** What happened to the shards that failed, one entry for each way of failing. Absent when no step failed. */
  failures?: ShardFailure[];
  /** The last log lines of the first failed shard, oldest first. */
  logTail?: string[];
  /** CloudWatch log group and stream of those lines. */
  log?: { group: string; stream: string };
  /** The stack trace of an error that the job's own code threw. Absent for every other class. */
  stack?: string;
  /** What happened in the branches of a `parallel`: those that failed, then those that were stopped for it. Absent when no `parallel` failed. */
  branches?: BranchError[];
  /** Why the job's `onFailure` failed, or did not come to its end. Absent when it did, and for a job without one. */
  handler?: RunError;
}

/** The error of one branch of a `parallel`. */
export interface BranchError {
  /** Names from the outermost branch to this one, with `/`. */
  branch: string;
  /** How it failed; class `cancelled` when it was stopped because another one failed. */
  error: RunError;
}
