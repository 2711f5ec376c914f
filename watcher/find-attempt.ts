import { computeFor } from '../compute/port.ts';
import type { WorkerEngine } from '../engine/engine.ts';
import { settleStopped } from '../engine/settle-attempt.ts';
import { keepExternalId, stopSecond, submitAttempt } from '../engine/submit-attempt.ts';
import { submitIsOver, takeOverSubmit } from '../store/attempt-moves.ts';
import type { Claimed } from './check-attempts.ts';

/**
 * An attempt without an id: its submitter has not come back yet, has crashed, or got no answer. Looks for what AWS may
 * have made and adopts it. Only when nobody can still be submitting does an empty look prove that nothing was made;
 * then the same request is sent again, or, if the attempt is being stopped, it has ended.
 */
export async function findAttempt(engine: WorkerEngine, attempt: Claimed): Promise<void> {
  const { lookGraceMs, submitClaimMs } = engine.timings;
  // Asked before looking: what is made while we look must not be taken for nothing.
  const over = await submitIsOver(engine.db, attempt.id, lookGraceMs);
  const { kind } = attempt.request;
  const [first, ...more] = await computeFor(engine.computes, kind).find(attempt.request);
  if (first !== undefined) {
    engine.log.info('attempt adopted', { attemptId: attempt.id, externalId: first });
    await keepExternalId(engine, attempt, first);
    for (const externalId of more) {
      await stopSecond(engine, { attemptId: attempt.id, runId: attempt.runId, kind, externalId, kept: first });
    }
    return;
  }
  if (!over) return;
  if (attempt.status === 'stopping') {
    await settleStopped(engine, attempt, 'it was never started');
    return;
  }
  const claimedAt = performance.now();
  const claim = { owner: engine.owner, claimMs: submitClaimMs, graceMs: lookGraceMs };
  if (!(await takeOverSubmit(engine.db, attempt.id, claim))) return;
  engine.log.info('submit taken over', { attemptId: attempt.id });
  await submitAttempt(engine, { attemptId: attempt.id, request: attempt.request, claimedAt });
}
