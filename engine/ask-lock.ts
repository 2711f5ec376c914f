import type { LockUse } from '../model/job.ts';
import { countLiveUnder } from '../store/attempt-locks.ts';
import { type Sql, withTransaction } from '../store/database.ts';
import { type ExecutionRow, latestExecution } from '../store/executions.ts';
import { defineLocks } from '../store/lock-definitions.ts';
import { adoptSlot, busyNames, type GrantedSlot, grantedSlots, holdLocks, lockTheLocks } from '../store/locks.ts';
import { notify } from '../store/notify.ts';
import { listAncestors } from '../store/run-waits.ts';
import { lockRuns } from '../store/runs.ts';
import { deleteLockWaits, insertWait, meetWaits } from '../store/waits.ts';
import type { Engine } from './engine.ts';
import { freeLocks } from './free-locks.ts';
import { passHolding } from './grant-locks.ts';
import { refusedByAncestors } from './lock-order.ts';
import { lockRefusal } from './lock-rules.ts';

/** A `withLock` of a run asks for its lock. */
export interface LockAsk {
  runId: string;
  execution: number;
  lock: LockUse;
}

/**
 * `waiting`: a wake follows, then ask again. `busy`: it is, and the ask does not wait. `refused`: it can never be, the
 * message says why. `closed`: the execution is not the open one, or its run does not run.
 */
export type LockAnswer =
  | { status: 'held'; token: number }
  | { status: 'waiting' | 'closed' }
  | { status: 'busy'; holders: string[] }
  | { status: 'refused'; message: string };

interface At {
  ask: LockAsk;
  execution: ExecutionRow;
}

/**
 * free → held for a part of a run, or a place in the line. Asked by one part of a run at a time, in the order of names,
 * so that no two runs wait for each other. A repeat changes nothing. What an earlier execution of the run held goes
 * on being held.
 */
export function askLock(engine: Pick<Engine, 'db'>, ask: LockAsk): Promise<LockAnswer> {
  return withTransaction(engine.db, async (sql) => {
    const run = (await lockRuns(sql, [ask.runId])).get(ask.runId);
    const execution = await latestExecution(sql, ask.runId);
    if (run?.status !== 'running' || execution?.number !== ask.execution || execution.status !== 'open') {
      return { status: 'closed' };
    }
    await lockTheLocks(sql);
    await freeLeftovers(sql, ask);
    return answer(sql, { ask, execution });
  });
}

/**
 * What a part of an earlier execution held, and this one has not come to: kept while its work may still be going on,
 * since that relies on it; given up otherwise, since it would be held out of order.
 */
async function freeLeftovers(sql: Sql, { runId, execution, lock }: LockAsk) {
  for (const slot of await grantedSlots(sql, runId)) {
    if (slot.execution === null || slot.execution === execution || slot.name === lock.name) continue;
    if ((await countLiveUnder(sql, runId, slot.name)) > 0) continue;
    await deleteLockWaits(sql, runId, [slot.name]);
    await freeLocks(sql, { runId, names: [slot.name] });
  }
}

async function answer(sql: Sql, at: At): Promise<LockAnswer> {
  const { runId, execution, lock } = at.ask;
  const granted = await grantedSlots(sql, runId);
  const own = granted.find((slot) => slot.name === lock.name);
  const message = lockRefusal(granted, at.ask) ?? (await refusedForAncestors(sql, at.ask, own));
  if (message !== null) return { status: 'refused', message };
  if (own !== undefined) {
    await adoptSlot(sql, runId, lock.name, execution);
    return ofSlot(sql, at, own);
  }
  await defineLocks(sql, [lock], at.execution.createdAt);
  await insertWait(sql, { runId, kind: 'lock', name: lock.name, ifBusy: lock.ifBusy ?? 'wait' });
  const busy = await busyNames(sql, runId, [lock.name]);
  if (busy.length > 0) return busyOr(sql, at.ask, [...new Set(busy.map(({ holder }) => holder))]);
  await holdLocks(sql, { runId, names: [lock.name], leaseMs: at.execution.settings.timeoutMs, execution });
  await meetWaits(sql, runId, 'lock', [lock.name]);
  await passHolding(sql);
  await notify(sql, 'latches');
  const fresh = (await grantedSlots(sql, runId)).find((slot) => slot.name === lock.name);
  if (fresh === undefined) throw new Error(`The lock ${lock.name} was granted to ${runId}, which does not hold it`);
  return ofSlot(sql, at, fresh);
}

/** Null when the ask keeps to the order of names among what the runs hold that wait for this one, too, or does not wait. */
async function refusedForAncestors(sql: Sql, { runId, lock }: LockAsk, own: GrantedSlot | undefined) {
  if (own !== undefined || (lock.ifBusy ?? 'wait') !== 'wait') return null;
  const ancestors = await listAncestors(sql, runId);
  const refused = await refusedByAncestors(sql, { runId, names: [lock.name], ancestors });
  return refused === null ? null : `withLock("${lock.name}") could wait for ever: ${refused}`;
}

/** A granted lock is held once its external latch is. */
function ofSlot(sql: Sql, { ask }: At, slot: GrantedSlot): Promise<LockAnswer> | LockAnswer {
  if (slot.latch !== 'wanted') return { status: 'held', token: slot.token };
  if (!slot.latchBusy) return { status: 'waiting' };
  return busyOr(sql, ask, ['a program outside Nightshift']);
}

async function busyOr(sql: Sql, { runId, lock }: LockAsk, holders: string[]): Promise<LockAnswer> {
  if ((lock.ifBusy ?? 'wait') === 'wait') return { status: 'waiting' };
  await deleteLockWaits(sql, runId, [lock.name]);
  await freeLocks(sql, { runId, names: [lock.name], asked: [lock.name] });
  return { status: 'busy', holders };
}
