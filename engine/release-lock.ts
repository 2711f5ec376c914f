import { countLiveUnder } from '../store/attempt-locks.ts';
import { withTransaction } from '../store/database.ts';
import { latestExecution } from '../store/executions.ts';
import { type GrantedSlot, grantedSlots, lockTheLocks } from '../store/locks.ts';
import { lockRuns } from '../store/runs.ts';
import { deleteLockWaits } from '../store/waits.ts';
import type { Engine } from './engine.ts';
import { freeLocks } from './free-locks.ts';

/** The part of a run that `withLock` was around has ended, or does not come to begin. */
export interface LockRelease {
  runId: string;
  execution: number;
  name: string;
  /** Of the hold that is meant: a repeat that comes late must not end the next one. Null: its ask, granted or not. */
  token: number | null;
}

/**
 * held → free, when no work that was started under the lock may still be going on; until then the answer is `working`:
 * a wake follows, then ask again. An ask that was not granted leaves the line. A repeat changes nothing.
 */
export function releaseLock(
  engine: Pick<Engine, 'db'>,
  release: LockRelease,
): Promise<{ status: 'released' | 'working' }> {
  const { runId, name } = release;
  return withTransaction(engine.db, async (sql) => {
    await lockRuns(sql, [runId]);
    const execution = await latestExecution(sql, runId);
    // The run's end has released it, or the next execution goes on holding it.
    if (execution?.number !== release.execution || execution.status !== 'open') return { status: 'released' };
    await lockTheLocks(sql);
    const slot = (await grantedSlots(sql, runId)).find((granted) => granted.name === name);
    if (!isMeant(slot, release)) return { status: 'released' };
    if ((await countLiveUnder(sql, runId, name)) > 0) return { status: 'working' };
    await deleteLockWaits(sql, runId, [name]);
    await freeLocks(sql, { runId, names: [name], asked: [name] });
    return { status: 'released' };
  });
}

/** Only what a part of this execution holds, or asks for. */
function isMeant(slot: GrantedSlot | undefined, { token, execution }: LockRelease): boolean {
  if (token !== null) return slot?.token === token && slot.execution !== null;
  return slot === undefined || slot.execution === execution;
}
