import { runId } from '../model/run-id.ts';
import type { RunStatus } from '../model/run-states.ts';
import { unreachable } from '../model/unreachable.ts';
import { writeAudit } from '../store/audit.ts';
import { type Sql, withTransaction } from '../store/database.ts';
import { clearStale, moveToMarked } from '../store/run-marks.ts';
import { insertExpected, type RunRow } from '../store/runs.ts';
import { lockForEnd, tellOfEnd } from './end-run.ts';
import { type Engine, Refused } from './engine.ts';

/** What a person decides about one run, and why. */
export interface Decision {
  job: string;
  runKey: string;
  who: string;
  reason: string;
}

/**
 * expected, failed, timedOut, cancelled, notRun → succeeded, on a person's word: successors go on exactly as after a real
 * success. A run that nobody has asked for yet may be marked, too. Of a stale run it says that its result still holds.
 * @throws Refused when the run is open, or has succeeded and is not stale; UnknownJobError. Nothing has changed then.
 */
export async function markRun(engine: Engine, decision: Decision): Promise<void> {
  engine.jobs.get(decision.job);
  const id = runId(decision.job, decision.runKey);
  await withTransaction(engine.db, async (sql) => {
    await insertExpected(sql, [{ id, job: decision.job, runKey: decision.runKey }]);
    const run = (await lockForEnd(sql, engine, { id, job: decision.job, runKey: decision.runKey })).get(id);
    if (run === undefined) throw new Error(`The run ${id} vanished while it was being marked`);
    if (run.status === 'succeeded') return confirm(sql, run, decision);
    refuseOpen(run.id, run.status);
    await moveToMarked(sql, id, run.status);
    await writeAudit(sql, { runId: id, who: decision.who, action: 'mark as succeeded', reason: decision.reason });
    await tellOfEnd(sql, engine, { run, end: { to: 'succeeded', reason: null } });
  });
}

async function confirm(sql: Sql, run: RunRow, { who, reason }: Decision) {
  if (!(await clearStale(sql, run.id))) throw new Refused(`${run.id} has succeeded already: there is nothing to mark`);
  await writeAudit(sql, { runId: run.id, who, action: 'mark as not stale', reason });
}

function refuseOpen(id: string, status: Exclude<RunStatus, 'succeeded'>): void {
  switch (status) {
    case 'waiting':
      throw new Refused(`${id} is waiting: cancel it first, then mark it`);
    case 'running':
    case 'stopping':
      throw new Refused(`${id} is ${status}: wait for its end, or cancel it first`);
    case 'expected':
    case 'failed':
    case 'timedOut':
    case 'cancelled':
    case 'notRun':
      return;
    default:
      unreachable(status);
  }
}
