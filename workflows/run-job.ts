import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
  log,
} from '@temporalio/workflow';
import { failureClasses, type RunError } from '../model/failures.ts';
import type { Job } from '../model/job.ts';
import type { RunStatus } from '../model/run-states.ts';
import type { RunInput } from '../model/settings.ts';
import type { Outcome } from '../model/wake.ts';
import { closeRun, openRun } from './activities.ts';
import { type Inbox, openInbox } from './inbox.ts';
import { runError } from './run-error.ts';
import { makeTaskCalls } from './task-calls.ts';
import { makeWithLock } from './with-lock.ts';

/**
 * One execution of a run: waits until it may start, runs the job's code, and closes when all its work is proved ended.
 * Gives the run's status, or `closed` when somebody else has ended it. A run that failed or timed out fails the workflow, so that Temporal's own list shows it.
 */
export async function runJob(job: Job, run: RunInput): Promise<RunStatus | 'closed'> {
  const inbox = openInbox();
  const outcome = await outcomeOf(job, run, inbox);
  if (outcome === 'closed') return outcome;
  const status = await CancellationScope.nonCancellable(() => close(run, outcome, inbox));
  if ((status === 'failed' || status === 'timedOut') && outcome.status === 'failed') {
    throw ApplicationFailure.nonRetryable(outcome.error.message, outcome.error.class);
  }
  return status;
}

/** `closed`: somebody else has ended the run; there is nothing left to close. */
async function outcomeOf(job: Job, run: RunInput, inbox: Inbox): Promise<Outcome | 'closed'> {
  try {
    const gate = await passGate(run, inbox);
    if (gate === 'closed') return 'closed';
    if (gate === 'stopping') return stopped(inbox);
    return await runBody(job, run, inbox);
  } catch (error) {
    // Cancelled in Temporal: not our way to cancel, but it means the same.
    if (isCancellation(error)) return { status: 'failed', reason: 'cancelled', error: runError(error) };
    if (error instanceof ApplicationFailure && error.type === 'executionClosed') return 'closed';
    throw error;
  }
}

/** Waits for prerequisites and locks. While it waits nothing happens: no timer, no history. */
async function passGate(run: RunInput, inbox: Inbox): Promise<'running' | 'stopping' | 'closed'> {
  for (;;) {
    const seen = inbox.count;
    const { status } = await openRun({ runId: run.runId, execution: run.execution });
    if (status !== 'waiting') return status;
    await inbox.wakeAfter(seen);
    if (inbox.closed) return 'closed';
    if (inbox.stop !== null) return 'stopping';
  }
}

async function runBody(job: Job, run: RunInput, inbox: Inbox): Promise<Outcome | 'closed'> {
  const { tasks, pending } = makeTaskCalls(run, inbox);
  const context = {
    tasks,
    input: run.input ?? undefined,
    date: run.runKey,
    run: { id: run.runId, job: run.job, execution: run.execution },
    withLock: makeWithLock(run, inbox),
    log: (event: string, record?: Record<string, unknown>) => log.info(event, record),
  };
  const body = settle(async () => job.run(context as never), pending);
  const halted = condition(() => inbox.stop !== null || inbox.closed).then(() => 'halted' as const);
  const first = await Promise.race([body, halted]);
  if (inbox.closed) return 'closed';
  return first === 'halted' || inbox.stop !== null ? stopped(inbox) : first;
}

/** The body's end as an outcome; steps that it did not wait for make a failure of a success. */
async function settle(body: () => Promise<unknown>, pending: () => string[]): Promise<Outcome | 'closed'> {
  try {
    const result = await body();
    const [forgotten] = pending();
    if (forgotten === undefined) return { status: 'succeeded', result: result ?? null };
    const message = `The job's run ended without waiting for step ${forgotten}`;
    return { status: 'failed', reason: 'taskNotAwaited', error: classError('taskNotAwaited', message) };
  } catch (error) {
    if (error instanceof ApplicationFailure && error.type === 'executionClosed') return 'closed';
    if (error instanceof CancelledFailure) throw error;
    return { status: 'failed', reason: 'failed', error: runError(error) };
  }
}

/** Asked to stop from outside: the row says why, and keeps its own error. */
function stopped(inbox: Inbox): Outcome {
  const reason = inbox.stop ?? 'cancelled';
  const failureClass = reason === 'failed' ? 'jobCode' : reason;
  return { status: 'failed', reason, error: classError(failureClass, `The run was stopped: ${reason}`) };
}

/** Asks until the run is closed: each wake may bring the proof that the last attempt has ended. */
async function close(run: RunInput, outcome: Outcome, inbox: Inbox): Promise<RunStatus> {
  for (;;) {
    const seen = inbox.count;
    const answer = await closeRun({ runId: run.runId, execution: run.execution, outcome });
    if (answer.status === 'closed') return answer.run;
    await inbox.wakeAfter(seen);
  }
}

function classError(failureClass: keyof typeof failureClasses, message: string): RunError {
  return { class: failureClass, message, hint: failureClasses[failureClass].hint };
}
