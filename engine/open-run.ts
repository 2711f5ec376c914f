import { parseRunId, runId } from '../model/run-id.ts';
import type { LockSettings, RunSettings } from '../model/settings.ts';
import { type Sql, withTransaction } from '../store/database.ts';
import { type ExecutionRow, latestExecution } from '../store/executions.ts';
import { defineLocks } from '../store/lock-definitions.ts';
import { busyNames, type GrantedSlot, grantedSlots, holdLocks, lockTheLocks } from '../store/locks.ts';
import { notify } from '../store/notify.ts';
import { insertExpected, lockRuns, moveToRunning, type RunRow } from '../store/runs.ts';
import { deleteLockWaits, insertWait, meetClock, meetWaits } from '../store/waits.ts';
import { instantOf } from '../triggers/business-date.ts';
import { endRun } from './end-run.ts';
import type { Engine } from './engine.ts';
import { freeLocks } from './free-locks.ts';

/** `waiting`: a wake follows. `closed`: this execution is not the open one, or the run has ended. */
export type OpenAnswer = { status: 'running' | 'waiting' | 'stopping' | 'closed' };

/**
 * waiting → running when every prerequisite has succeeded and all locks are held; otherwise registers what the run waits
 * for. A repeat changes nothing, and keeps the run's place in every line.
 */
export function openRun(engine: Engine, execution: { runId: string; execution: number }): Promise<OpenAnswer> {
  return withTransaction(engine.db, async (sql) => {
    const before = await latestExecution(sql, execution.runId);
    if (before === undefined) return { status: 'closed' };
    const runs = await lockWithPrerequisites(sql, { id: execution.runId, settings: before.settings });
    const run = runs.get(execution.runId);
    const latest = await latestExecution(sql, execution.runId);
    if (latest?.number !== execution.execution) return { status: 'closed' };
    if (run?.status === 'running' || run?.status === 'stopping') return { status: run.status };
    if (run?.status !== 'waiting') return { status: 'closed' };
    return open(sql, engine, { run, runs, execution: latest });
  });
}

async function open(
  sql: Sql,
  engine: Engine,
  at: { run: RunRow; runs: Map<string, RunRow>; execution: ExecutionRow },
): Promise<OpenAnswer> {
  const { run, runs, execution } = at;
  const unmet = execution.settings.after
    .map((job) => ({ job, status: runs.get(runId(job, run.runKey))?.status }))
    .filter((prerequisite) => prerequisite.status !== 'succeeded');
  const notRun = unmet.find((prerequisite) => prerequisite.status === 'notRun');
  if (notRun !== undefined) {
    await endRun(sql, engine, { run, execution, end: { to: 'notRun', reason: 'prerequisiteNotMet' } });
    return { status: 'closed' };
  }
  for (const { job } of unmet) await insertWait(sql, { runId: run.id, kind: 'prerequisite', name: job });
  const early = await waitsForClock(sql, run, execution.settings);
  if (unmet.length > 0 || early) {
    await giveBackLocks(sql, run, execution.settings);
    return { status: 'waiting' };
  }
  await meetWaits(sql, run.id, 'prerequisite', execution.settings.after);
  if (execution.settings.locks.length > 0) {
    const locks = await askForLocks(sql, run, execution);
    if (locks === 'busy') return { status: 'waiting' };
    if (locks !== 'held') {
      const end = { to: 'notRun', reason: 'lockBusy', quiet: locks === 'skip' } as const;
      await endRun(sql, engine, { run, execution, end });
      return { status: 'closed' };
    }
  }
  const { slowAfterMs, timeoutMs } = execution.settings;
  await moveToRunning(sql, { id: run.id, slowAfterMs, timeoutMs });
  return { status: 'running' };
}

/** Rows of prerequisites exist before their runs do, so that their end sees who waits. Locked with ours, in id order. */
async function lockWithPrerequisites(sql: Sql, of: { id: string; settings: RunSettings }) {
  const { runKey } = parseRunId(of.id);
  const prerequisites = of.settings.after.map((job) => ({ id: runId(job, runKey), job, runKey }));
  await insertExpected(sql, prerequisites);
  return lockRuns(sql, [of.id, ...prerequisites.map((run) => run.id)]);
}

/** The registered wait is the truth: its time was fixed when the run first asked. */
async function waitsForClock(sql: Sql, run: RunRow, settings: RunSettings): Promise<boolean> {
  if (settings.notBefore === null) return false;
  const dueAt = instantOf(run.runKey, settings.notBefore, settings.timezone);
  await insertWait(sql, { runId: run.id, kind: 'clock', name: settings.notBefore, dueAt });
  return !(await meetClock(sql, run.id));
}

/** A prerequisite was run again after the locks had been granted: whoever it shares one with must not wait for us. */
async function giveBackLocks(sql: Sql, run: RunRow, settings: RunSettings) {
  if (settings.locks.length === 0) return;
  await lockTheLocks(sql);
  await deleteLockWaits(sql, run.id);
  await freeLocks(sql, { runId: run.id, names: null, asked: settings.locks.map((lock) => lock.name) });
}

/**
 * All the locks of the list together, or none; what a busy one means, it says itself. One with an external latch is
 * granted first, and held once the watcher has the latch.
 */
async function askForLocks(sql: Sql, run: RunRow, execution: ExecutionRow): Promise<'held' | 'busy' | 'fail' | 'skip'> {
  const { locks, timeoutMs } = execution.settings;
  const names = locks.map((lock) => lock.name);
  await lockTheLocks(sql);
  const granted = await grantedSlots(sql, run.id);
  if (names.every((name) => granted.some((slot) => slot.name === name))) return latches(locks, granted);
  await defineLocks(sql, locks, execution.createdAt);
  for (const lock of locks) {
    await insertWait(sql, { runId: run.id, kind: 'lock', name: lock.name, ifBusy: lock.ifBusy });
  }
  const busy = await busyNames(sql, run.id, names);
  if (busy.length > 0) return ifBusy(locks, busy);
  await holdLocks(sql, { runId: run.id, names, leaseMs: timeoutMs });
  await meetWaits(sql, run.id, 'lock', names);
  await notify(sql, 'latches');
  return latches(locks, await grantedSlots(sql, run.id));
}

function latches(locks: LockSettings[], granted: GrantedSlot[]): 'held' | 'busy' | 'fail' | 'skip' {
  const wanted = granted.filter((slot) => slot.latch === 'wanted');
  if (wanted.length === 0) return 'held';
  const busy = wanted.filter((slot) => slot.latchBusy);
  return busy.length > 0 ? ifBusy(locks, busy) : 'busy';
}

function ifBusy(locks: LockSettings[], busy: { name: string }[]): 'busy' | 'fail' | 'skip' {
  const says = new Set(locks.filter((lock) => busy.some((one) => one.name === lock.name)).map((lock) => lock.ifBusy));
  if (says.has('fail')) return 'fail';
  return says.has('skip') ? 'skip' : 'busy';
}
