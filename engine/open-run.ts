import type { LockUse } from '../model/job.ts';
import type { RunSettings } from '../model/settings.ts';
import { type Sql, withTransaction } from '../store/database.ts';
import { type ExecutionRow, latestExecution } from '../store/executions.ts';
import { busyNames, ensureSlots, heldTokens, holdLocks, lockTheLocks, releaseLocks } from '../store/locks.ts';
import { getRun, insertExpected, lockRuns, moveToRunning, type RunRow } from '../store/runs.ts';
import { deleteLockWaits, insertWait, meetClock, meetWaits } from '../store/waits.ts';
import { instantOf } from '../triggers/business-date.ts';
import { endRun } from './end-run.ts';
import type { Engine } from './engine.ts';
import { grantLocks } from './grant-locks.ts';
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
    const locks = await askForLocks(sql, run, execution.settings);
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
  await releaseLocks(sql, run.id);
  // Not only what was held: whoever stood behind it in line may be the first now.
  await grantLocks(
    sql,
    settings.locks.map((lock) => lock.name),
  );
}

/** All the locks of the list together, or none; what a busy one means, it says itself. */
async function askForLocks(sql: Sql, run: RunRow, settings: RunSettings): Promise<'held' | 'busy' | 'fail' | 'skip'> {
  const names = settings.locks.map((lock) => lock.name);
  await lockTheLocks(sql);
  const held = await heldTokens(sql, run.id);
  if (names.every((name) => name in held)) return 'held';
  await ensureSlots(sql, names);
  for (const lock of settings.locks) {
    await insertWait(sql, { runId: run.id, kind: 'lock', name: lock.name, ifBusy: lock.ifBusy });
  }
  const busy = await busyNames(sql, run.id, names);
  if (busy.length > 0) return ifBusy(settings.locks, busy);
  await holdLocks(sql, run.id, names, settings.timeoutMs);
  await meetWaits(sql, run.id, 'lock', names);
  return 'held';
}

function ifBusy(locks: Required<LockUse>[], busy: { name: string }[]): 'busy' | 'fail' | 'skip' {
  const says = new Set(locks.filter((lock) => busy.some((one) => one.name === lock.name)).map((lock) => lock.ifBusy));
  if (says.has('fail')) return 'fail';
  return says.has('skip') ? 'skip' : 'busy';
}
