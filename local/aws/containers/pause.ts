import { setTimeout as delay } from 'node:timers/promises';

/** How soon a job or task that is held up is seen to have been stopped. */
const sliceMs = 50;

/** When a pause ends before its time. */
export interface PauseEnd {
  isOver(): boolean;
  signal: AbortSignal;
}

/** Waits for some milliseconds, less when `early` says so. Never rejects. */
export async function pause(ms: number, early: PauseEnd): Promise<void> {
  const until = Date.now() + ms;
  for (let left = ms; left > 0 && !early.isOver() && !early.signal.aborted; left = until - Date.now()) {
    await delay(Math.min(left, sliceMs), undefined, { signal: early.signal }).catch(() => undefined);
  }
}
