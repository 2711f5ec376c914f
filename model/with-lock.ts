import type { LockUse } from './job.ts';

/**
 * Holds a lock around a part of a run: `await withLock('cache', () => tasks.refresh({ date }))`. It is released when the
 * part has ended and all work that was started in it is proved ended, and at the run's end in any case. Gives what the
 * part gives; with `ifBusy: 'skip'`, undefined when the lock is busy: the part is not carried out then.
 * Throws at once when the run holds the same lock already, or one whose name comes later in the alphabet, and with
 * `ifBusy: 'fail'` when the lock is busy (class `lockBusy`).
 */
export interface WithLock {
  /** Undefined: the lock was busy, and the part was not carried out. */
  <R>(lock: LockUse & { ifBusy: 'skip' }, part: () => Promise<R>): Promise<R | undefined>;
  /** Waits for the lock, or throws when it is busy and the lock says `'fail'`. */
  <R>(lock: string | LockUse, part: () => Promise<R>): Promise<R>;
}
