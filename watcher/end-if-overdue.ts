import type { Observation } from '../compute/port.ts';
import type { WorkerEngine } from '../engine/engine.ts';
import { setEndingAs } from '../store/attempt-moves.ts';
import type { Claimed } from './check-attempts.ts';

/**
 * A live attempt that has taken too long is ended although its run goes on: one that never left the queue, and an ECS
 * task, for which AWS itself has no limit. Why is written down first; from then on each look asks AWS to stop it, and
 * its end counts as that. Gives the milliseconds until the next look.
 */
export async function endIfOverdue(
  engine: WorkerEngine,
  attempt: Claimed,
  seen: Extract<Observation, { status: 'live' }>,
): Promise<number> {
  const { pollMs, lookMs } = engine.timings;
  if (attempt.endingAs !== null) return Math.min(lookMs, pollMs);
  const why = whyOverdue(engine, attempt, seen);
  if (why === null) return pollMs;
  if (await setEndingAs(engine.db, attempt.id, why)) {
    engine.log.warn('attempt is ended', { attemptId: attempt.id, runId: attempt.runId, as: why });
  }
  return 0;
}

function whyOverdue(engine: WorkerEngine, attempt: Claimed, seen: Extract<Observation, { status: 'live' }>) {
  if (seen.queued && attempt.ageMs > engine.timings.stuckRunnableMs) return 'stuckRunnable';
  const { request } = attempt;
  if (request.kind !== 'ecs' || seen.startedAt === null) return null;
  // ECS says when it began, by its own clock; ours may be a little off, and the limit is not that exact.
  return Date.now() - seen.startedAt.getTime() > request.timeoutSeconds * 1_000 ? 'timeout' : null;
}
