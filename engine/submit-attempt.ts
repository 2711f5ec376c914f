import { type ComputeKind, computeFor, StartRefused, type StartRequest } from '../compute/port.ts';
import { raiseAlert } from '../store/alerts.ts';
import { endAttempt, releaseSubmitClaim, writeExternalId } from '../store/attempt-moves.ts';
import { getAttempt } from '../store/attempts.ts';
import { withTransaction } from '../store/database.ts';
import { notify } from '../store/notify.ts';
import { lockRuns } from '../store/runs.ts';
import { failPendingShards } from '../store/shards.ts';
import { endStep } from '../store/steps.ts';
import type { WorkerEngine } from './engine.ts';
import { tellRun } from './tell-run.ts';

/**
 * Find-or-start, second half: calls AWS with exactly the request of the intent, then writes the id. Whoever holds the
 * claim calls this, once a claim. `claimedAt` is of `performance.now()`: a process that slept since must not call AWS.
 */
export async function submitAttempt(
  engine: WorkerEngine,
  intent: { attemptId: string; request: StartRequest; claimedAt: number },
): Promise<void> {
  const { submitClaimMs, submitMarginMs, lookMs } = engine.timings;
  const { request } = intent;
  let externalId: string;
  try {
    if (request.upload !== null) await engine.putInput(request.upload);
    const left = submitClaimMs - (performance.now() - intent.claimedAt);
    if (left < submitMarginMs) return;
    externalId = await computeFor(engine.computes, request.kind).start(request);
  } catch (error) {
    if (error instanceof StartRefused) return settleRefused(engine, intent.attemptId, error);
    engine.log.warn('submit unanswered', { attemptId: intent.attemptId, error: messageOf(error) });
    await releaseSubmitClaim(engine.db, intent.attemptId, engine.owner, lookMs);
    return;
  }
  await keepExternalId(engine, { id: intent.attemptId, request }, externalId);
}

/**
 * Writes the id that AWS gave. When the row holds another id already, or has ended, what was got is a second one: it is
 * stopped, and people are told. The same id again is success.
 */
export async function keepExternalId(
  engine: WorkerEngine,
  of: { id: string; request: StartRequest },
  externalId: string,
): Promise<void> {
  const attemptId = of.id;
  const written = await writeExternalId(engine.db, attemptId, externalId, engine.timings.pollMs);
  if (written !== undefined) {
    if (written.status === 'running') engine.log.info('attempt started', { attemptId, externalId });
    if (written.due) await notify(engine.db, 'attempts');
    return;
  }
  const attempt = await getAttempt<StartRequest>(engine.db, attemptId);
  if (attempt === undefined || attempt.externalId === externalId) return;
  const { kind } = of.request;
  await stopSecond(engine, { attemptId, runId: attempt.runId, kind, externalId, kept: attempt.externalId });
}

/** Stops a second thing that AWS made for one attempt, and raises the alert `secondJob`. */
export async function stopSecond(
  engine: WorkerEngine,
  second: { attemptId: string; runId: string; kind: ComputeKind; externalId: string; kept: string | null },
): Promise<void> {
  await raiseAlert(engine.db, { runId: second.runId, rule: 'secondJob', channels: [], detail: second });
  engine.log.error('second job stopped', second);
  await computeFor(engine.computes, second.kind).stop(
    second.externalId,
    `nightshift: attempt ${second.attemptId} has another job`,
  );
}

/**
 * AWS made nothing: the attempt has failed, or, if it was to be stopped, is stopped. Not when another worker has taken
 * the submit over meanwhile: then its answer counts.
 */
async function settleRefused(engine: WorkerEngine, attemptId: string, refused: StartRefused): Promise<void> {
  const attempt = await getAttempt(engine.db, attemptId);
  if (attempt === undefined) return;
  engine.log.warn('submit refused', { attemptId, class: refused.failureClass, reason: refused.message });
  await withTransaction(engine.db, async (sql) => {
    await lockRuns(sql, [attempt.runId]);
    const failure = { class: refused.failureClass, exitCode: null, reason: refused.message };
    const row = { ...failure, logTail: null, claimedBy: engine.owner };
    if (await endAttempt(sql, attemptId, { from: 'starting', to: 'failed', ...row })) {
      await failPendingShards(sql, attemptId, failure);
      await endStep(sql, attempt.stepId, 'failed');
    } else if (await endAttempt(sql, attemptId, { from: 'stopping', to: 'stopped', ...row })) {
      await endStep(sql, attempt.stepId, 'stopped');
    } else return;
    await tellRun(sql, attempt.runId);
  });
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
