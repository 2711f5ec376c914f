import { parseRunId } from '../model/run-id.ts';
import { endOf, type RunStatus, type StopReason } from '../model/run-states.ts';
import type { Handled, Outcome } from '../model/wake.ts';
import { stopAttempts } from '../store/attempt-moves.ts';
import { countLive } from '../store/attempts.ts';
import { type Sql, withTransaction } from '../store/database.ts';
import { type ExecutionRow, latestExecution } from '../store/executions.ts';
import { notify } from '../store/notify.ts';
import { getRun, type RunRow, setError } from '../store/runs.ts';
import { notAwaitedError } from './end-errors.ts';
import { endRun, lockForEnd } from './end-run.ts';
import type { Engine } from './engine.ts';
import { stopRunIn } from './stop-run.ts';

/** `stopping`: work may still go on; a wake follows, then ask again. */
export type CloseAnswer = { status: 'closed'; run: RunStatus } | { status: 'stopping'; live: number };

/**
 * Ends an execution: result, release and grant of locks, successors and alerts in one transaction. Only when no attempt
 * of the run is live; until then the run is `stopping`, and the answer says so. A repeat changes nothing.
 */
export function closeRun(
  engine: Engine,
  close: { runId: string; execution: number; outcome: Outcome; handled?: Handled | undefined },
): Promise<CloseAnswer> {
  return withTransaction(engine.db, async (sql) => {
    const run = (await lockForEnd(sql, engine, { id: close.runId, ...parseRunId(close.runId) })).get(close.runId);
    const execution = await latestExecution(sql, close.runId);
    if (run === undefined) throw new Error(`There is no run ${close.runId} to close`);
    if (execution?.number !== close.execution || execution.status !== 'open')
      return { status: 'closed', run: run.status };
    return closeOpen(sql, engine, { run, execution, outcome: close.outcome, handled: close.handled });
  });
}

async function closeOpen(
  sql: Sql,
  engine: Engine,
  at: { run: RunRow; execution: ExecutionRow; outcome: Outcome; handled: Handled | undefined },
): Promise<CloseAnswer> {
  const { run, execution, outcome, handled } = at;
  const live = await countLive(sql, run.id);
  if (run.status === 'running' && outcome.status === 'succeeded') {
    if (live === 0) {
      await endRun(sql, engine, { run, execution, end: { to: 'succeeded', reason: null, result: outcome.result } });
      return { status: 'closed', run: 'succeeded' };
    }
    await stopRunIn(sql, { runId: run.id, reason: 'taskNotAwaited', error: notAwaitedError(live) });
    return { status: 'stopping', live };
  }
  if (run.status !== 'stopping') {
    if (outcome.status === 'succeeded') throw new Error(`${run.id} cannot succeed: it is ${run.status}`);
    await stopRunIn(sql, { runId: run.id, reason: outcome.reason, error: outcome.error });
  }
  if (live > 0) {
    // Of a handler that is over: what the run itself had started is being stopped already.
    if ((await stopAttempts(sql, run.id)) > 0) await notify(sql, 'attempts');
    return { status: 'stopping', live };
  }
  const stopped = await getRun(sql, run.id);
  const reason = (stopped?.reason ?? 'failed') as StopReason;
  const result = handled !== undefined && 'result' in handled ? handled.result : undefined;
  if (stopped?.error != null && handled !== undefined && 'error' in handled) {
    await setError(sql, run.id, { ...stopped.error, handler: handled.error });
  }
  const end = { to: endOf(reason), reason, result };
  await endRun(sql, engine, { run: { ...run, status: 'stopping' }, execution, end });
  return { status: 'closed', run: endOf(reason) };
}
