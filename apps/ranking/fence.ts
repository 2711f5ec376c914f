import { assertLock } from '../../container/index.ts';
import type { Database } from './database.ts';

/**
 * Refuses a stale holder of a lock: one that was taken for dead, or stood still, while another got the lock. Called in
 * the transaction that writes, before its first write: the row stays locked until the end, so that whoever holds the
 * lock now waits for this transaction, and whoever held it before is turned away.
 * Throws when a later holder has written already, or this run does not hold the lock.
 */
export async function fence(database: Database, lock: string): Promise<void> {
  const token = assertLock(lock);
  const { rowCount } = await database.query(
    `insert into shop.lock_fence as kept (name, token) values ($1, $2)
     on conflict (name) do update set token = excluded.token where kept.token <= excluded.token`,
    [lock, token],
  );
  if (rowCount === 0) {
    throw new Error(
      `A later holder of the lock "${lock}" has written already [own token=${token}]: this run holds it no more, and writes nothing. ` +
        'Look with `nightshift locks` who holds it; retry this run when it is free.',
    );
  }
}
