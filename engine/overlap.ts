import type { Sql } from '../store/database.ts';
import type { ExecutionRow } from '../store/executions.ts';
import { enqueue } from '../store/outbox.ts';
import { aheadOfSchedule, deleteOverlapWait, listOverlapWaits, lockTheStarts } from '../store/overlaps.ts';
import type { RunRow } from '../store/runs.ts';
import { insertWait } from '../store/waits.ts';

/**
 * Whether another run of the schedule is still going, so that this one has to wait; then its wait is registered.
 * Only runs that the schedule has started wait for each other. From here on the caller holds `lockTheStarts`.
 */
export async function waitsForOverlap(sql: Sql, run: RunRow, execution: ExecutionRow): Promise<boolean> {
  if (execution.startedBy !== 'schedule') return false;
  await lockTheStarts(sql, run.job);
  if (execution.settings.overlap !== 'wait') return false;
  if ((await aheadOfSchedule(sql, run)).length > 0) {
    await insertWait(sql, { runId: run.id, kind: 'overlap', name: run.job });
    return true;
  }
  await deleteOverlapWait(sql, run.id);
  return false;
}

/** A run that waits for its prerequisites again keeps nobody back. */
export async function giveBackOverlap(sql: Sql, run: RunRow, execution: ExecutionRow): Promise<void> {
  if (execution.startedBy !== 'schedule') return;
  await lockTheStarts(sql, run.job);
  if (await deleteOverlapWait(sql, run.id)) await wakeOverlapping(sql, run.job);
}

/** Runs that wait for another one of this job to end ask again. The caller holds `lockTheStarts`. */
export async function wakeOverlapping(sql: Sql, job: string): Promise<void> {
  for (const id of await listOverlapWaits(sql, job)) await enqueue(sql, 'wake', id);
}
