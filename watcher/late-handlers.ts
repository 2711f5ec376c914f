import { defaultHandlerMs } from '../engine/begin-handler.ts';
import { closeRun } from '../engine/close-run.ts';
import { lateHandlerError } from '../engine/end-errors.ts';
import type { Engine } from '../engine/engine.ts';
import { tellRun } from '../engine/tell-run.ts';
import { type FailureClass, failureClasses, type RunError } from '../model/failures.ts';
import { handlesEnd, type StopReason } from '../model/run-states.ts';
import type { Handled, Outcome } from '../model/wake.ts';
import { type ExecutionRow, latestExecution } from '../store/executions.ts';
import { beginHandlerTime, isHandlerTime } from '../store/handlers.ts';
import { getRun, type RunRow } from '../store/runs.ts';

/**
 * The time of a run's `onFailure` is over: what it has started is stopped, and once that is proved the run is closed
 * without it. Called again and again until then.
 */
export async function closeLateHandler(engine: Engine, runId: string): Promise<void> {
  const [run, execution] = [await getRun(engine.db, runId), await latestExecution(engine.db, runId)];
  if (run?.status !== 'stopping' || execution?.status !== 'open') return;
  const handled = { error: lateHandlerError(execution.settings.handlerTimeoutMs ?? defaultHandlerMs) };
  const close = { runId, execution: execution.number, outcome: outcomeOf(run), handled };
  if ((await closeRun(engine, close)).status !== 'closed') return;
  engine.log.warn('handler out of time', { runId });
  await tellRun(engine.db, runId);
}

/**
 * True while a stopping run whose work has ended must be left to its `onFailure`. From the first look on its time
 * counts, also when its workflow does not move.
 */
export async function isLeftToHandler(engine: Engine, run: RunRow, execution: ExecutionRow): Promise<boolean> {
  if (execution.settings.handlerTimeoutMs == null || !handlesEnd(run.reason as StopReason)) return false;
  await beginHandlerTime(engine.db, run.id, execution.settings.handlerTimeoutMs ?? defaultHandlerMs);
  // Once it is over, closeLateHandler closes the run.
  return true;
}

/** What `show` says of the `onFailure` of a run that is closed without its workflow; undefined when it has none. */
export async function handlerWithoutWorkflow(engine: Engine, runId: string): Promise<Handled | undefined> {
  const [run, execution] = [await getRun(engine.db, runId), await latestExecution(engine.db, runId)];
  if (execution?.settings.handlerTimeoutMs == null) return undefined;
  // A person's cancel is not for it.
  if (run?.status === 'stopping' && run.reason === 'cancelled') return undefined;
  // A workflow whose handler is stopped for being late ends by itself: that it is gone is no news.
  const isLate = run?.handlerUntil != null && !(await isHandlerTime(engine.db, runId));
  if (isLate) return { error: lateHandlerError(execution.settings.handlerTimeoutMs) };
  return { error: handlerError('terminated', 'onFailure did not run to its end: the workflow was gone') };
}

function outcomeOf(run: RunRow): Outcome {
  const reason = (run.reason ?? 'failed') as StopReason;
  const error = run.error ?? handlerError('jobCode', `${run.id} was stopped: ${reason}`);
  return { status: 'failed', reason, error };
}

function handlerError(failureClass: FailureClass, message: string): RunError {
  return { class: failureClass, message, hint: failureClasses[failureClass].hint };
}
