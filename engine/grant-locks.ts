import type { Sql } from '../store/database.ts';
import { anyFree, busyNames, holdLocks, listAskers } from '../store/locks.ts';
import { notify } from '../store/notify.ts';
import { enqueue } from '../store/outbox.ts';
import { noteHolding } from '../store/run-waits.ts';
import { meetWaits } from '../store/waits.ts';

/**
 * Those in line that a holder of locks waits for pass those that hold none. To be called after a run has got a lock or
 * begun to wait for another run, by who holds `lockTheLocks`.
 */
export async function passHolding(sql: Sql) {
  await grantLocks(sql, await noteHolding(sql));
}

/**
 * Gives free locks to whoever asked first, all the locks of a run together or none. The caller holds `lockTheLocks`.
 * Does not touch the asker's run row: its own openRun sees that it holds them.
 */
export async function grantLocks(sql: Sql, names: string[]) {
  if (names.length === 0) return;
  for (const asker of await listAskers(sql, names)) {
    // A long line is not asked one by one once there is nothing left to give.
    if (!(await anyFree(sql, names))) return;
    const busy = await busyNames(sql, asker.runId, asker.names);
    if (busy.length > 0) continue;
    // A run that runs asks by `withLock`.
    const execution = asker.status === 'waiting' ? undefined : asker.execution;
    await holdLocks(sql, { runId: asker.runId, names: asker.names, leaseMs: asker.timeoutMs, execution });
    await meetWaits(sql, asker.runId, 'lock', asker.names);
    await enqueue(sql, 'wake', asker.runId);
    await notify(sql, 'latches');
    if (asker.status !== 'waiting') await passHolding(sql);
  }
}
