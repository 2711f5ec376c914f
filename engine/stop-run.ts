import type { RunError } from '../model/failures.ts';
import type { StopReason } from '../model/run-states.ts';
import { stopAttempts } from '../store/attempt-moves.ts';
import { writeAudit } from '../store/audit.ts';
import { type Sql, withTransaction } from '../store/database.ts';
import { notify } from '../store/notify.ts';
import { lockRuns, moveToStopping, setErrorIfNone } from '../store/runs.ts';
import type { Engine } from './engine.ts';
import { tellRun } from './tell-run.ts';

/**
 * waiting, running → stopping: every attempt is to be terminated; the run closes when AWS says that all have ended.
 * The first reason wins. False when the run was not open, or was stopping already.
 */
export function stopRun(
  engine: Pick<Engine, 'db'>,
  stop: { runId: string; reason: StopReason; who: string; error: RunError | null },
): Promise<boolean> {
  return withTransaction(engine.db, async (sql) => {
    await lockRuns(sql, [stop.runId]);
    const moved = await stopRunIn(sql, stop);
    if (moved) await writeAudit(sql, { runId: stop.runId, who: stop.who, action: `stop: ${stop.reason}` });
    return moved;
  });
}

/** {@link stopRun} inside a transaction that has locked the run's row. */
export async function stopRunIn(sql: Sql, stop: { runId: string; reason: StopReason; error: RunError | null }) {
  const moved = await moveToStopping(sql, stop.runId, stop.reason, stop.error);
  if (!moved) {
    if (stop.error !== null) await setErrorIfNone(sql, stop.runId, stop.error);
    return false;
  }
  await stopAttempts(sql, stop.runId);
  await notify(sql, 'attempts');
  await tellRun(sql, stop.runId);
  return true;
}
