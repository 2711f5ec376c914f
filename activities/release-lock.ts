import type { Engine } from '../engine/engine.ts';
import { type LockRelease, releaseLock } from '../engine/release-lock.ts';

/** Makes the activity by which `withLock` gives its lock back, or hears that its work is still ending. */
export function createReleaseLock(engine: Engine) {
  return (release: LockRelease): Promise<{ status: 'released' | 'working' }> => releaseLock(engine, release);
}
