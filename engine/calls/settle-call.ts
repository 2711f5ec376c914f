import { storedText } from '../../compute/stored-text.ts';
import type { AttemptEnd } from '../../model/wake.ts';
import { endAttempt } from '../../store/attempt-moves.ts';
import { getAttempt } from '../../store/attempts.ts';
import { isHeld } from '../../store/call-claims.ts';
import { type Sql, withTransaction } from '../../store/database.ts';
import { lockRuns } from '../../store/runs.ts';
import { failPendingShards, succeedShards } from '../../store/shards.ts';
import { endStep } from '../../store/steps.ts';
import { attemptEnd } from '../attempt-end.ts';
import type { WorkerEngine } from '../engine.ts';
import { recordsOf } from '../records-of.ts';
import { tellRun } from '../tell-run.ts';
import { type CallResult, checkedResult } from './check-result.ts';

/** Another worker has taken the call over: what came of this one does not count. */
export class CallLost extends Error {
  constructor(attemptId: string) {
    super(`The call of attempt ${attemptId} has been taken over by another worker`);
    this.name = 'CallLost';
  }
}

/**
 * running → succeeded, failed; stopping → stopped, whatever came of it. Only for whoever holds the call.
 * @throws CallLost
 */
export function settleCall(engine: WorkerEngine, attemptId: string, result: CallResult): Promise<AttemptEnd> {
  return withTransaction(engine.db, async (sql) => {
    const attempt = await getAttempt(sql, attemptId);
    if (attempt === undefined) throw new Error(`There is no attempt ${attemptId} to settle`);
    await lockRuns(sql, [attempt.runId]);
    const { status } = (await getAttempt(sql, attemptId)) ?? attempt;
    if (!(await isHeld(sql, attemptId, engine.owner))) throw new CallLost(attemptId);
    if (status === 'stopping') await stopped(sql, attempt);
    else await ended(sql, attempt, checkedResult(result));
    const now = await getAttempt(sql, attemptId);
    return attemptEnd(sql, now ?? attempt);
  });
}

interface Settled {
  id: string;
  stepId: number;
  runId: string;
}

async function stopped(sql: Sql, attempt: Settled) {
  const failure = { class: 'cancelled', exitCode: null, reason: 'stopped on request' } as const;
  await endAttempt(sql, attempt.id, { from: 'stopping', to: 'stopped', ...failure, logTail: null });
  await failPendingShards(sql, attempt.id, failure);
  await endStep(sql, attempt.stepId, 'stopped');
  await tellRun(sql, attempt.runId);
}

/** The run hears of it by the answer to its call: no wake tells it. */
async function ended(sql: Sql, attempt: Settled, result: CallResult) {
  if (result.status === 'succeeded') {
    await succeedShards(sql, attempt.id, [{ index: 0, output: result.output, records: recordsOf(result.output) }]);
    const none = { class: null, exitCode: null, reason: null, logTail: null };
    await endAttempt(sql, attempt.id, { from: 'running', to: 'succeeded', ...none, told: true });
  } else {
    const failure = { class: result.class, exitCode: null, reason: storedText(result.reason.slice(0, 1_000)) };
    const logTail = result.logTail.map(storedText);
    await endAttempt(sql, attempt.id, { from: 'running', to: 'failed', ...failure, logTail, told: true });
    await failPendingShards(sql, attempt.id, failure);
  }
  await endStep(sql, attempt.stepId, result.status);
}
