import type { LockSettings, RunSettings } from '../model/settings.ts';
import { type Sql, withTransaction } from '../store/database.ts';
import { type ExecutionRow, latestExecution } from '../store/executions.ts';
import { defineLocks } from '../store/lock-definitions.ts';
import { busyNames, type GrantedSlot, grantedSlots, holdLocks, lockTheLocks } from '../store/locks.ts';
import { notify } from '../store/notify.ts';
import { getRun, insertExpected, lockRuns, moveToRunning, type RunRow } from '../store/runs.ts';
import { deleteLockWaits, insertWait, meetClock, meetWaits } from '../store/waits.ts';
import { instantOf } from '../triggers/business-date.ts';
import { endRun } from './end-run.ts';
import type { Engine } from './engine.ts';
import { freeLocks } from './free-locks.ts';
import { whenBusy } from './lock-rules.ts';
import { giveBackOverlap, waitsForOverlap } from './overlap.ts';
import { prerequisitesOf, stateOf } from './prerequisites.ts';

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
    const runs = await lockWithPrerequisites(sql, engine, { id: execution.runId, settings: before.settings });
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
  const prerequisites = prerequisitesOf(engine, execution.settings, run);
  const states = prerequisites.map((each) => ({ wait: each.wait, state: stateOf(each, runs.get(each.id)) }));
  if (states.some(({ state }) => state === 'never')) {
    await endRun(sql, engine, { run, execution, end: { to: 'notRun', reason: 'prerequisiteNotMet' } });
    return { status: 'closed' };
  }
  const unmet = states.filter(({ state }) => state === 'open');
  const names = (kept: typeof states) => kept.map(({ wait }) => wait);
  for (const name of names(unmet)) await insertWait(sql, { runId: run.id, kind: 'prerequisite', name });
  await meetWaits(sql, run.id, 'prerequisite', names(states.filter(({ state }) => state === 'met')));
  const early = await waitsForClock(sql, run, execution.settings);
  if (unmet.length > 0 || early) {
    await giveBackOverlap(sql, run, execution);
    await giveBackLocks(sql, run, execution.settings);
    return { status: 'waiting' };
  }
  if (await waitsForOverlap(sql, run, execution)) {
    await giveBackLocks(sql, run, execution.settings);
    return { status: 'waiting' };
  }
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
async function lockWithPrerequisites(sql: Sql, engine: Engine, of: { id: string; settings: RunSettings }) {
  const asked = await getRun(sql, of.id);
  if (asked === undefined) throw new Error(`There is no run ${of.id} to open`);
  const prerequisites = prerequisitesOf(engine, of.settings, asked);
  await insertExpected(sql, prerequisites);
  return lockRuns(sql, [of.id, ...prerequisites.map((run) => run.id)]);
}

/** The registered wait is the truth: its time was fixed when the run first asked. */
async function waitsForClock(sql: Sql, run: RunRow, settings: RunSettings): Promise<boolean> {
  if (settings.notBefore === null) return false;
  const dueAt = instantOf(run.date, settings.notBefore, settings.timezone);
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
  if (busy.length > 0) return whenBusy(locks, busy);
  await holdLocks(sql, { runId: run.id, names, leaseMs: timeoutMs });
  await meetWaits(sql, run.id, 'lock', names);
  await notify(sql, 'latches');
  return latches(locks, await grantedSlots(sql, run.id));
}

function latches(locks: LockSettings[], granted: GrantedSlot[]): 'held' | 'busy' | 'fail' | 'skip' {
  const wanted = granted.filter((slot) => slot.latch === 'wanted');
  if (wanted.length === 0) return 'held';
  const busy = wanted.filter((slot) => slot.latchBusy);
  return busy.length > 0 ? whenBusy(locks, busy) : 'busy';
}
