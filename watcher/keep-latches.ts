import type { Engine } from '../engine/engine.ts';
import { grantLocks } from '../engine/grant-locks.ts';
import { messageOf } from '../engine/submit-attempt.ts';
import { unreachable } from '../model/unreachable.ts';
import { raiseAlert } from '../store/alerts.ts';
import { type Sql, withTransaction } from '../store/database.ts';
import {
  claimLatch,
  type LatchedSlot,
  latchBusy,
  latchHeld,
  latchReleased,
  listDueLatches,
  readDueLatch,
} from '../store/latch-moves.ts';
import type { Latch, Latches, LatchOwner } from '../store/latches/port.ts';
import { dropSlots } from '../store/lock-definitions.ts';
import { lockTheLocks } from '../store/locks.ts';
import { enqueue } from '../store/outbox.ts';

/** What looking after external latches needs. */
export interface LatchKeeper extends Engine {
  latches: Latches;
  databaseId: string;
}

/** One cycle over the external latches that are due: takes those that are wanted, renews, releases. */
export async function keepLatches(keeper: LatchKeeper): Promise<number> {
  for (const name of await listDueLatches(keeper.db)) {
    try {
      await keepLatch(keeper, name);
    } catch (error) {
      // A store that is away keeps its locks waiting, and no others.
      keeper.log.warn('latch not reached', { lock: name, error: messageOf(error) });
    }
  }
  return keeper.timings.latchMs;
}

/** Inside one transaction, so that a process that dies with a call under way keeps the others off until it is gone. */
async function keepLatch(keeper: LatchKeeper, name: string) {
  await withTransaction(keeper.db, async (sql) => {
    if (!(await claimLatch(sql, name))) return;
    const slot = await readDueLatch(sql, name);
    if (slot === undefined) return;
    const latch = keeper.latches[slot.external];
    if (latch === undefined) throw new Error(`This worker does not know the ${slot.external} of the lock "${name}"`);
    await move(sql, keeper, { slot, latch });
  });
}

async function move(sql: Sql, keeper: LatchKeeper, at: { slot: LatchedSlot; latch: Latch }) {
  const { slot, latch } = at;
  const owner: LatchOwner = { databaseId: keeper.databaseId, token: slot.token, runId: slot.runId };
  // Long enough that a worker that is away for a while loses nothing.
  const forMs = Math.max(slot.timeoutMs, 10 * keeper.timings.leaseMs);
  switch (slot.latch) {
    case 'wanted':
      if ((await latch.take(slot.name, owner, forMs)) === 'busy') return stayOut(sql, keeper, slot);
      // Released meanwhile: the next cycle gives it back.
      if (await latchHeld(sql, slot, keeper.timings.leaseMs)) await enqueue(sql, 'wake', slot.runId);
      return;
    case 'held':
      if ((await latch.take(slot.name, owner, forMs)) === 'busy') return tellLost(sql, keeper, slot);
      await latchHeld(sql, slot, keeper.timings.leaseMs);
      return;
    case 'releasing':
      await latch.release(slot.name, owner);
      await lockTheLocks(sql);
      await latchReleased(sql, slot);
      await dropSlots(sql, [slot.name]);
      await grantLocks(sql, [slot.name]);
      return;
    default:
      return unreachable(slot.latch);
  }
}

/** A program outside has it: the run keeps its slot and waits, or hears at once that it is busy. */
async function stayOut(sql: Sql, keeper: LatchKeeper, slot: LatchedSlot) {
  await latchBusy(sql, slot, keeper.timings.latchMs);
  if (slot.busy) return;
  keeper.log.info('latch busy', { lock: slot.name, runId: slot.runId });
  await enqueue(sql, 'wake', slot.runId);
}

/** It ran out, and a program outside has taken it: the run goes on, since Postgres still says that it holds the lock. */
async function tellLost(sql: Sql, keeper: LatchKeeper, slot: LatchedSlot) {
  await latchBusy(sql, slot, keeper.timings.leaseMs);
  const alert = { runId: slot.runId, rule: 'latchLost', channels: [], detail: { lock: slot.name } };
  if (await raiseAlert(sql, alert)) keeper.log.warn('latch lost', { lock: slot.name, runId: slot.runId });
}
