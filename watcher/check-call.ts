import type { WorkerEngine } from '../engine/engine.ts';
import { settleStopped } from '../engine/settle-attempt.ts';
import { type ClaimedAttempt, releaseAttempt } from '../store/attempt-claims.ts';

/**
 * A call (function, Lambda) whose worker has not renewed its claim: it is dead, or has been silent for as long as the
 * claim lasts. One that is being stopped has ended with it. The others Temporal gives to another worker, which takes the
 * attempt over.
 */
export async function checkCall(engine: WorkerEngine, attempt: ClaimedAttempt<unknown>): Promise<void> {
  if (attempt.status === 'stopping') await settleStopped(engine, attempt, 'the worker that made the call is gone');
  await releaseAttempt(engine.db, attempt, engine.owner, engine.timings.callLeaseMs);
}
