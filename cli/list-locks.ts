import { type LockRecord, listLocks } from '../store/lock-records.ts';
import type { Look } from './look.ts';
import { showTime } from './show-time.ts';
import { textTable } from './text-table.ts';

/** Prints every slot of every lock: who holds it, with which token, since when, and who waits for the lock. */
export async function printLocks({ db, timezone }: Look, json: boolean): Promise<void> {
  const locks = await listLocks(db);
  const lines = json ? [JSON.stringify(locks, null, 2)] : lockLines(locks, timezone);
  process.stdout.write(`${lines.join('\n')}\n`);
}

function lockLines(locks: readonly LockRecord[], timezone: string): string[] {
  if (locks.length === 0) return ['No locks: no run has asked for one yet'];
  const header = ['lock', 'slot', 'held by', 'token', `since (${timezone})`, 'lease until', 'latch', 'waiting'];
  const rows = locks.map((lock) => [
    lock.name,
    `${lock.slot + 1} of ${lock.slots}`,
    lock.runId === null ? 'nobody' : `${lock.runId} (${lock.runStatus})`,
    String(lock.token),
    showTime(lock.heldSince, timezone),
    showTime(lock.leaseUntil, timezone),
    latchText(lock),
    // Who waits, waits for any slot: said once.
    lock.slot === 0 ? lock.waiting.join(', ') : '',
  ]);
  return textTable(header, rows);
}

function latchText({ external, latch, latchBusySince }: LockRecord): string {
  if (external === null) return '';
  if (latch === null) return external;
  const outside = latchBusySince === null ? '' : ', held by a program outside';
  return `${external}: ${latch}${outside}`;
}
