import { askLock, type LockAnswer, type LockAsk } from '../engine/ask-lock.ts';
import type { Engine } from '../engine/engine.ts';

/** Makes the activity by which `withLock` asks for its lock. */
export function createAskLock(engine: Engine) {
  return (ask: LockAsk): Promise<LockAnswer> => askLock(engine, ask);
}
