import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
} from '@temporalio/workflow';
import type { Job } from '../model/job.ts';
import type { RunStatus, StopReason } from '../model/run-states.ts';
import type { RunInput } from '../model/settings.ts';
import type { Handled, Outcome } from '../model/wake.ts';
import { closeRun, openRun } from './activities.ts';
import { inBranch } from './branches.ts';
import { refuseChangedCode } from './changed-code.ts';
import { handleFailure } from './handlers.ts';
import { type Inbox, openInbox } from './inbox.ts';
import { makeContext } from './run-context.ts';
import { classError, runError } from './run-error.ts';

/**
 * One execution of a run: waits until it may start, runs the job's code, and closes when all its work is proved ended.
 * Gives the run's status, or `closed` when somebody else has ended it. A run that failed or timed out fails the workflow, so that Temporal's own list shows it.
 */
export async function runJob(job: Job, run: RunInput): Promise<RunStatus | 'closed'> {
  const inbox = openInbox();
  const outcome = await outcomeOf(job, run, inbox);
  if (outcome === 'closed') return outcome;
  const status = await CancellationScope.nonCancellable(() => end(job, run, { outcome, inbox }));
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
  const body = bodyOutcome(job, run, inbox);
  const isHalted = () => inbox.stop !== null || inbox.closed || inbox.changed !== null;
  const halted = condition(isHalted).then(() => 'halted' as const);
  const first = await Promise.race([body, halted]);
  refuseChangedCode(inbox);
  if (inbox.closed) return 'closed';
  if (first === 'closed' && inbox.stop === null && !(await isToStop(run, inbox))) return 'closed';
  return first === 'halted' || inbox.stop !== null ? stopped(inbox) : first;
}

/** Refused to start work: when that is because the run is to stop, the wake that says so is on its way. */
async function isToStop(run: RunInput, inbox: Inbox): Promise<boolean> {
  const { status } = await openRun({ runId: run.runId, execution: run.execution });
  if (status !== 'stopping') return false;
  await condition(() => inbox.stop !== null || inbox.closed);
  return inbox.stop !== null;
}

/** `run`, then `onSuccess`: what that returns takes the place of the result. */
async function bodyOutcome(job: Job, run: RunInput, inbox: Inbox): Promise<Outcome | 'closed'> {
  const { context, pending } = makeContext(run, inbox);
  const body = await settle(async () => job.run(context as never), pending);
  if (body === 'closed' || body.status === 'failed' || job.onSuccess === undefined) return body;
  const { result } = body;
  const handled = async () => job.onSuccess?.({ ...context, result } as never);
  return settle(async () => (await inBranch('onSuccess', handled)) ?? result, pending);
}

/** The body's end as an outcome; steps that it did not wait for make a failure of a success. */
async function settle(body: () => Promise<unknown>, pending: () => string[]): Promise<Outcome | 'closed'> {
  try {
    const result = await body();
    const [forgotten] = pending();
    if (forgotten === undefined) return { status: 'succeeded', result: result ?? null };
    const message = `The job's run ended without waiting for step ${forgotten}`;
    return failed('taskNotAwaited', message);
  } catch (error) {
    if (error instanceof ApplicationFailure && error.type === 'executionClosed') return 'closed';
    if (error instanceof CancelledFailure) throw error;
    return { status: 'failed', reason: 'failed', error: runError(error) };
  }
}

/** Asked to stop from outside: the row says why, and keeps its own error. */
function stopped(inbox: Inbox): Outcome {
  const reason = inbox.stop ?? 'cancelled';
  return failed(reason, `The run was stopped: ${reason}`);
}

function failed(reason: StopReason, message: string): Extract<Outcome, { status: 'failed' }> {
  return { status: 'failed', reason, error: classError(reason === 'failed' ? 'jobCode' : reason, message) };
}

/** Ends the run, its `onFailure` first when there is one. */
async function end(job: Job, run: RunInput, at: { outcome: Outcome; inbox: Inbox }): Promise<RunStatus | 'closed'> {
  const { outcome, inbox } = at;
  let handled: Handled | undefined;
  if (outcome.status === 'failed' && job.onFailure !== undefined) {
    const answer = await handleFailure(job, run, { inbox, failure: outcome });
    if (answer === 'closed') return 'closed';
    handled = answer;
  }
  const status = await close(run, { outcome, ...(handled === undefined ? {} : { handled }) }, inbox);
  if (status !== 'failing') return status;
  return end(job, run, { outcome: failed('taskNotAwaited', "The job's run ended while a task still ran"), inbox });
}

/** Asks until the run is closed: each wake may bring the proof that the last attempt has ended. */
async function close(
  run: RunInput,
  how: { outcome: Outcome; handled?: Handled },
  inbox: Inbox,
): Promise<RunStatus | 'failing'> {
  for (;;) {
    const seen = inbox.count;
    const answer = await closeRun({ runId: run.runId, execution: run.execution, ...how });
    if (answer.status === 'closed') return answer.run;
    // Work that nobody waited for: it fails after all, and the row says why.
    if (how.outcome.status === 'succeeded') return 'failing';
    await inbox.wakeAfter(seen);
  }
}
