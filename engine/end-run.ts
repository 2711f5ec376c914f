import type { AlertRule } from '../model/job.ts';
import { runId } from '../model/run-id.ts';
import type { RunStatus } from '../model/run-states.ts';
import type { RunSettings } from '../model/settings.ts';
import { raiseAlert } from '../store/alerts.ts';
import type { Sql } from '../store/database.ts';
import { closeExecution, type ExecutionRow } from '../store/executions.ts';
import { lockTheLocks } from '../store/locks.ts';
import { enqueue } from '../store/outbox.ts';
import { getRun, insertExpected, lastRecords, lockRuns, moveToEnded, type RunRow } from '../store/runs.ts';
import { deleteWaits, listWaitingFor, listWaits, meetWaits } from '../store/waits.ts';
import type { Engine, Log } from './engine.ts';
import { freeLocks } from './free-locks.ts';
import { startRunIn } from './start-run.ts';

/** How a run ends. */
export interface RunEnd {
  to: 'succeeded' | 'failed' | 'timedOut' | 'cancelled' | 'notRun';
  reason: string | null;
  result?: unknown;
  /** Ended without a word: a lock that says `skip`. */
  quiet?: boolean;
}

/**
 * Locks what the end of a run touches: its own row and those of its successors, in id order. Successors that a
 * schedule does not start exist as `expected` from here on. Without this, two prerequisites that end together
 * would each miss the other.
 */
export async function lockForEnd(sql: Sql, engine: Engine, run: { job: string; runKey: string; id: string }) {
  const successors = engine.jobs.successorsOf(run.job);
  const unscheduled = successors.filter((job) => job.schedule === undefined);
  await insertExpected(
    sql,
    unscheduled.map((job) => ({ id: runId(job.id, run.runKey), job: job.id, runKey: run.runKey })),
  );
  return lockRuns(sql, [run.id, ...successors.map((job) => runId(job.id, run.runKey))]);
}

/**
 * Ends an open run whose work is proved ended: result, execution, locks, successors, alerts. All or nothing, with the
 * caller's transaction, which has called {@link lockForEnd} (or ends it as not run, which starts no successor).
 */
export async function endRun(sql: Sql, engine: Engine, of: { run: RunRow; execution: ExecutionRow; end: RunEnd }) {
  const { run, execution, end } = of;
  const records = end.to === 'succeeded' ? recordsOf(end.result) : null;
  await moveToEnded(sql, { id: run.id, from: run.status, to: end.to, reason: end.reason, result: end.result, records });
  await closeExecution(sql, run.id, execution.number, 'ended');
  await giveUpLocks(sql, run.id, execution.settings);
  if (end.to === 'succeeded' || end.to === 'notRun') await tellWaiting(sql, run, end.to);
  if (end.to === 'succeeded') await startSuccessors(sql, engine, run);
  if (end.quiet !== true) await raiseEndAlerts(sql, engine.log, { run, settings: execution.settings, end, records });
}

/** Locks of the job's list, and those that `withLock` asked for. */
async function giveUpLocks(sql: Sql, id: string, settings: RunSettings) {
  const waits = await listWaits(sql, id);
  const asked = waits.filter((wait) => wait.kind === 'lock').map((wait) => wait.name);
  if (settings.locks.length + asked.length > 0) await lockTheLocks(sql);
  if (waits.length > 0) await deleteWaits(sql, id);
  if (settings.locks.length + asked.length > 0) {
    await freeLocks(sql, { runId: id, names: null, asked: [...asked, ...settings.locks.map((lock) => lock.name)] });
  }
}

/**
 * Whoever waits for this run looks again: it may go on, or learn that it never will. One that failed says nothing: a
 * person may retry it, and they wait on.
 */
async function tellWaiting(sql: Sql, run: RunRow, to: 'succeeded' | 'notRun') {
  for (const waiting of await listWaitingFor(sql, run.job, run.runKey)) {
    if (to === 'succeeded') await meetWaits(sql, waiting, 'prerequisite', [run.job]);
    await enqueue(sql, 'wake', waiting);
  }
}

/** Starts each successor that no schedule starts, once all its prerequisites of this date have succeeded. */
async function startSuccessors(sql: Sql, engine: Engine, run: RunRow) {
  for (const job of engine.jobs.successorsOf(run.job)) {
    if (job.schedule !== undefined) continue;
    const states = new Map<string, RunStatus | undefined>();
    for (const prerequisite of job.after ?? []) {
      states.set(prerequisite, (await getRun(sql, runId(prerequisite, run.runKey)))?.status);
    }
    if ([...states.values()].some((status) => status !== 'succeeded')) continue;
    await startRunIn(sql, engine, { job: job.id, runKey: run.runKey, who: `after ${run.id}` });
  }
}

async function raiseEndAlerts(
  sql: Sql,
  log: Log,
  of: { run: RunRow; settings: RunSettings; end: RunEnd; records: number | null },
) {
  const { run, settings, end, records } = of;
  const raise = async (rule: AlertRule, detail: Record<string, unknown>) => {
    const channels = settings.alerts[rule] ?? [];
    const isNew = await raiseAlert(sql, { runId: run.id, rule, channels, detail });
    if (isNew) log.warn('alert raised', { runId: run.id, rule, channels, ...detail });
  };
  if (end.to === 'failed' || end.to === 'timedOut' || end.to === 'notRun') await raise(end.to, { reason: end.reason });
  if (records === null || settings.alertAtOrBelow === null) return;
  const before = await lastRecords(sql, run.job, run.runKey);
  if (before !== null && records <= before * settings.alertAtOrBelow) await raise('fewRecords', { records, before });
}

function recordsOf(result: unknown): number | null {
  if (typeof result !== 'object' || result === null || !('records' in result)) return null;
  return typeof result.records === 'number' && Number.isSafeInteger(result.records) ? result.records : null;
}
