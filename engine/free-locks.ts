import type { Sql } from '../store/database.ts';
import { beginLatchRelease } from '../store/latch-moves.ts';
import { dropSlots } from '../store/lock-definitions.ts';
import { releaseLocks } from '../store/locks.ts';
import { notify } from '../store/notify.ts';
import { grantLocks } from './grant-locks.ts';

/**
 * Ends a run's hold of these locks (null: of all), and grants what is free now to whoever asked first. `asked`: locks
 * that it waited for and asks for no more, since whoever stood behind it in line may be the first now. A lock with an
 * external latch is freed by the watcher, once the latch is released. The caller holds `lockTheLocks`.
 */
export async function freeLocks(sql: Sql, of: { runId: string; names: string[] | null; asked?: string[] }) {
  if (await beginLatchRelease(sql, of.runId, of.names)) await notify(sql, 'latches');
  const freed = await releaseLocks(sql, of.runId, of.names);
  await dropSlots(sql, freed);
  await grantLocks(sql, [...new Set([...freed, ...(of.asked ?? [])])]);
}
