import { failureClasses, type RunError } from '../model/failures.ts';
import { handlesEnd, type StopReason } from '../model/run-states.ts';
import type { Outcome } from '../model/wake.ts';
import { countLive } from '../store/attempts.ts';
import { type Sql, withTransaction } from '../store/database.ts';
import { latestExecution } from '../store/executions.ts';
import { beginHandlerTime } from '../store/handlers.ts';
import { getRun, lockRuns, type RunRow } from '../store/runs.ts';
import type { Engine } from './engine.ts';
import { stopRunIn } from './stop-run.ts';

/** How long `onFailure` may take when the settings of an older execution do not say it. */
export const defaultHandlerMs = 600_000;

/**
 * `handle`: everything that the body started is proved ended, and `onFailure` may begin. `stopping`: a wake follows,
 * then ask again. `none`: this end is not for the handler, or its time is over. `closed`: somebody else has ended the run.
 */
export type HandlerAnswer = { status: 'stopping' | 'none' | 'closed' } | { status: 'handle'; error: RunError };

/**
 * Moves a failed run to `stopping`, and says when its `onFailure` may begin: from then on its time counts, and it may
 * start work although the run is stopping. A repeat changes nothing.
 */
export function beginHandler(
  engine: Engine,
  begin: { runId: string; execution: number; outcome: Extract<Outcome, { status: 'failed' }> },
): Promise<HandlerAnswer> {
  return withTransaction(engine.db, async (sql) => {
    const run = (await lockRuns(sql, [begin.runId])).get(begin.runId);
    const execution = await latestExecution(sql, begin.runId);
    if (run === undefined || execution?.number !== begin.execution || execution.status !== 'open') {
      return { status: 'closed' };
    }
    const { reason, error } = begin.outcome;
    if (run.status !== 'stopping') await stopRunIn(sql, { runId: run.id, reason, error });
    if ((await countLive(sql, run.id)) > 0) return { status: 'stopping' };
    return handle(sql, run, execution.settings.handlerTimeoutMs ?? defaultHandlerMs);
  });
}

async function handle(sql: Sql, run: RunRow, limitMs: number): Promise<HandlerAnswer> {
  const stopped = await getRun(sql, run.id);
  const reason = (stopped?.reason ?? 'failed') as StopReason;
  if (!handlesEnd(reason) || !(await beginHandlerTime(sql, run.id, limitMs))) return { status: 'none' };
  return { status: 'handle', error: stopped?.error ?? withoutWords(run.id, reason) };
}

function withoutWords(id: string, reason: StopReason): RunError {
  const failureClass = reason === 'failed' ? 'jobCode' : reason;
  return { class: failureClass, message: `${id} was stopped: ${reason}`, hint: failureClasses[failureClass].hint };
}
