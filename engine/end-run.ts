import type { AlertRule } from '../model/job.ts';
import { afterSettings, type RunSettings } from '../model/settings.ts';
import { raiseAlert } from '../store/alerts.ts';
import type { Sql } from '../store/database.ts';
import { closeExecution, type ExecutionRow } from '../store/executions.ts';
import { lockTheLocks } from '../store/locks.ts';
import { enqueue } from '../store/outbox.ts';
import { lockTheStarts } from '../store/overlaps.ts';
import { markStale } from '../store/run-marks.ts';
import { meetRunWaits } from '../store/run-waits.ts';
import {
  getRun,
  insertExpected,
  lastRecords,
  listStatuses,
  lockRuns,
  moveToEnded,
  type RunRow,
} from '../store/runs.ts';
import { countUnmetDays, deleteWaits, listWaitingFor, listWaits, meetWaits } from '../store/waits.ts';
import type { Engine, Log } from './engine.ts';
import { freeLocks } from './free-locks.ts';
import { wakeOverlapping } from './overlap.ts';
import { prerequisitesOf, stateOf, successorsOf } from './prerequisites.ts';
import { recordsOf } from './records-of.ts';
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
  const successors = successorsOf(engine, run);
  const starts = (await getRun(sql, run.id))?.startsSuccessors ?? true;
  const unscheduled = successors.filter(({ job }) => starts && job.schedule === undefined);
  await insertExpected(
    sql,
    unscheduled.map(({ id, job, runKey, date }) => ({ id, job: job.id, runKey, date })),
  );
  return lockRuns(sql, [run.id, ...successors.map(({ id }) => id)]);
}

/**
 * Ends an open run whose work is proved ended: result, execution, locks, successors, alerts. All or nothing, with the
 * caller's transaction, which has called {@link lockForEnd} (or ends it as not run, which starts no successor).
 */
export async function endRun(sql: Sql, engine: Engine, of: { run: RunRow; execution: ExecutionRow; end: RunEnd }) {
  const { run, execution, end } = of;
  const records = end.to === 'succeeded' ? recordsOf(end.result) : null;
  // Before the lock of all locks. Who waits for another run of the job registers under the same one.
  if (execution.startedBy === 'schedule') await lockTheStarts(sql, run.job);
  await moveToEnded(sql, { id: run.id, from: run.status, to: end.to, reason: end.reason, result: end.result, records });
  await closeExecution(sql, run.id, execution.number, 'ended');
  await giveUpLocks(sql, run.id, execution.settings);
  if (execution.startedBy === 'schedule') await wakeOverlapping(sql, run.job);
  await tellOfEnd(sql, engine, { run, end });
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
 * Whoever waits for this run looks again, and successors that no schedule starts are started when this was the last
 * that they lacked. The caller has called {@link lockForEnd}.
 */
export async function tellOfEnd(sql: Sql, engine: Engine, of: { run: RunRow; end: Pick<RunEnd, 'to' | 'reason'> }) {
  const { run, end } = of;
  for (const waiting of await meetRunWaits(sql, run.id)) await enqueue(sql, 'wake', waiting);
  const isMet = end.to === 'succeeded' || stateOf({ ofDay: true }, { status: end.to, reason: end.reason }) === 'met';
  if (end.to === 'succeeded' || end.to === 'notRun') await tellWaiting(sql, engine, { run, end, isMet });
  // What ran before this success may want to run again.
  if (end.to === 'succeeded') {
    await markStale(
      sql,
      successorsOf(engine, run).map(({ id }) => id),
    );
  }
  if (isMet && run.startsSuccessors) await startSuccessors(sql, engine, run);
}

/**
 * Those who wait may go on, or learn that they never will. A run that failed says nothing: a person may retry it, and
 * they wait on. Who waits for many runs of a business date, and whose row is locked here, is woken by the last of them.
 */
async function tellWaiting(
  sql: Sql,
  engine: Engine,
  { run, end, isMet }: { run: RunRow; end: Pick<RunEnd, 'to'>; isMet: boolean },
) {
  const locked = new Set(successorsOf(engine, run).map(({ id }) => id));
  for (const waiting of await listWaitingFor(sql, run)) {
    if (isMet) await meetWaits(sql, waiting, 'prerequisite', end.to === 'succeeded' ? [run.job, run.id] : [run.id]);
    if (isMet && locked.has(waiting) && (await countUnmetDays(sql, waiting)) > 0) continue;
    await enqueue(sql, 'wake', waiting);
  }
}

/** Starts each successor that no schedule starts, once all its prerequisites of this date have succeeded. */
async function startSuccessors(sql: Sql, engine: Engine, run: RunRow) {
  for (const { job, runKey, date } of successorsOf(engine, run)) {
    if (job.schedule !== undefined) continue;
    const prerequisites = prerequisitesOf(engine, afterSettings(job), { runKey, date });
    const statuses = await listStatuses(
      sql,
      prerequisites.map(({ id }) => id),
    );
    if (prerequisites.some((prerequisite) => stateOf(prerequisite, statuses.get(prerequisite.id)) !== 'met')) continue;
    await startRunIn(sql, engine, { job: job.id, runKey, who: `after ${run.id}` });
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
