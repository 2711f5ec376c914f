import { writeAudit } from '../store/audit.ts';
import { type Sql, withTransaction } from '../store/database.ts';
import { latchReleased } from '../store/latch-moves.ts';
import { dropSlots } from '../store/lock-definitions.ts';
import { type LiveAttempt, type LockRecord, listLive, listLocks } from '../store/lock-records.ts';
import { lockTheLocks } from '../store/locks.ts';
import { enqueue } from '../store/outbox.ts';
import { deleteLockWaits } from '../store/waits.ts';
import { type Engine, Refused } from './engine.ts';
import { freeLocks } from './free-locks.ts';
import { grantLocks } from './grant-locks.ts';

/** What a person wants: the lock `name` taken from `runId` (needed only when several runs hold it). */
export interface TakeLock {
  name: string;
  runId?: string | undefined;
  who: string;
  reason: string;
}

/** What was done: from whom the lock was taken, what of that run may still be going on, and who holds the lock now. */
export interface TakenLock {
  runId: string;
  live: LiveAttempt[];
  holders: string[];
  /** The external latch has to be released first, by a worker. */
  latch: boolean;
}

/**
 * held → free by a person, with the next asker's grant, and a line in the run's audit. The run starts nothing any more:
 * its next task is refused, and it ends. What it has started goes on; the token lets its SQL be refused.
 * @throws Refused when nobody holds the lock, or several runs do and none is named.
 */
export function takeLock(engine: Pick<Engine, 'db'>, take: TakeLock): Promise<TakenLock> {
  return withTransaction(engine.db, async (sql) => {
    await lockTheLocks(sql);
    const slot = chosen(await listLocks(sql, take.name), take);
    const live = await listLive(sql, slot.runId);
    await deleteLockWaits(sql, slot.runId, [take.name]);
    if (slot.latch === 'releasing') await giveUpLatch(sql, slot);
    else await freeLocks(sql, { runId: slot.runId, names: [take.name] });
    // One that has not begun to run asks again, at the end of the line.
    await enqueue(sql, 'wake', slot.runId);
    await writeAudit(sql, {
      runId: slot.runId,
      who: take.who,
      action: `release the lock ${take.name} (token ${slot.token})`,
      reason: take.reason,
    });
    return {
      runId: slot.runId,
      live,
      holders: await holdersOf(sql, take.name),
      latch: slot.latch === 'wanted' || slot.latch === 'held',
    };
  });
}

/** No worker reaches the external store any more: the latch there is left to its own end. */
async function giveUpLatch(sql: Sql, slot: LockRecord) {
  await latchReleased(sql, slot);
  await dropSlots(sql, [slot.name]);
  await grantLocks(sql, [slot.name]);
}

async function holdersOf(sql: Sql, name: string): Promise<string[]> {
  return (await listLocks(sql, name)).flatMap(({ runId, latch }) =>
    runId === null || latch === 'releasing' ? [] : [runId],
  );
}

function chosen(slots: LockRecord[], { name, runId }: TakeLock): LockRecord & { runId: string } {
  if (slots.length === 0) throw new Refused(`There is no lock "${name}": \`nightshift locks\` lists those there are`);
  const held = slots.filter((slot): slot is LockRecord & { runId: string } => slot.runId !== null);
  const [first, ...others] = held.filter((slot) => runId === undefined || slot.runId === runId);
  if (first === undefined) {
    const whom = runId === undefined ? 'Nobody holds' : `${runId} does not hold`;
    const holders = held.length === 0 ? '' : ` (${held.map((slot) => slot.runId).join(', ')} does)`;
    throw new Refused(`${whom} the lock "${name}"${holders}: there is nothing to release`);
  }
  if (others.length > 0) {
    const holders = held.map((slot) => slot.runId).join(', ');
    throw new Refused(`The lock "${name}" is held by ${holders}: say which by --run <run>`);
  }
  return first;
}
