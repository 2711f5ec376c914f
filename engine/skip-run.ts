import { runId } from '../model/run-id.ts';
import { unreachable } from '../model/unreachable.ts';
import { writeAudit } from '../store/audit.ts';
import { type Sql, withTransaction } from '../store/database.ts';
import { latestExecution } from '../store/executions.ts';
import { moveToSkipped } from '../store/run-marks.ts';
import { insertExpected, type RunRow } from '../store/runs.ts';
import { endRun, lockForEnd, tellOfEnd } from './end-run.ts';
import { type Engine, Refused } from './engine.ts';
import type { Decision } from './mark-run.ts';
import { tellRun } from './tell-run.ts';

/**
 * waiting, expected → notRun(skipped), without an alert: the run is not to be. A run that nobody has asked for yet may be
 * skipped, too; its schedule then leaves it alone. Runs that wait for it hear of it at once.
 * @throws Refused when the run has begun or has ended; UnknownJobError. Nothing has changed then.
 */
export async function skipRun(engine: Engine, decision: Decision): Promise<void> {
  engine.jobs.get(decision.job);
  const id = runId(decision.job, decision.runKey);
  await withTransaction(engine.db, async (sql) => {
    await insertExpected(sql, [{ id, job: decision.job, runKey: decision.runKey }]);
    const run = (await lockForEnd(sql, engine, { id, job: decision.job, runKey: decision.runKey })).get(id);
    if (run === undefined) throw new Error(`The run ${id} vanished while it was being skipped`);
    await skip(sql, engine, run);
    await writeAudit(sql, { runId: id, who: decision.who, action: 'skip', reason: decision.reason });
  });
}

async function skip(sql: Sql, engine: Engine, run: RunRow): Promise<void> {
  switch (run.status) {
    case 'expected':
      await moveToSkipped(sql, run.id);
      return tellOfEnd(sql, engine, { run, end: { to: 'notRun', reason: 'skipped' } });
    case 'waiting':
      return skipWaiting(sql, engine, run);
    case 'running':
    case 'stopping':
      throw new Refused(`${run.id} is ${run.status}, too late to skip it: \`nightshift cancel ${run.id}\` ends it`);
    case 'succeeded':
    case 'failed':
    case 'timedOut':
    case 'cancelled':
    case 'notRun':
      throw new Refused(`${run.id} is ${run.status}: only a run that has not begun can be skipped`);
    default:
      return unreachable(run.status);
  }
}

/** Its workflow is told, and ends without a word. */
async function skipWaiting(sql: Sql, engine: Engine, run: RunRow) {
  const execution = await latestExecution(sql, run.id);
  if (execution?.status !== 'open') throw new Error(`${run.id} is waiting, and has no open execution`);
  await endRun(sql, engine, { run, execution, end: { to: 'notRun', reason: 'skipped', quiet: true } });
  await tellRun(sql, run.id);
}
