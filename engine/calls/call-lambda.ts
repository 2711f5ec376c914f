import type { LambdaCaller } from '../../compute/lambda/invoke.ts';
import type { LambdaSettings } from '../../model/task-settings.ts';
import { heldTokens } from '../../store/locks.ts';
import { getRun } from '../../store/runs.ts';
import type { WorkerEngine } from '../engine.ts';
import type { Call } from './carry-out-call.ts';
import type { CallResult } from './check-result.ts';

/**
 * Calls a Lambda function and waits for its answer. The event is the input with a key `nightshift`: the run, and an
 * idempotency key that stays the same when the call is repeated after a crash. A call under way cannot be stopped: when
 * the run is, its end is waited for.
 */
export async function callLambda(
  engine: WorkerEngine,
  call: Call,
  of: { settings: LambdaSettings; invoke: LambdaCaller },
): Promise<CallResult> {
  const run = await getRun(engine.db, call.runId);
  if (run === undefined) throw new Error(`There is no run ${call.runId}`);
  const name = engine.resources().lambda?.functions[`${run.job}/${call.task}`]?.name;
  if (name === undefined) {
    const reason = `No function is deployed for ${run.job}/${call.task}: deploy it (in local mode: restart dev)`;
    return { status: 'failed', class: 'startFailed', reason, logTail: [] };
  }
  const input = 'all' in call.input ? call.input.all : call.input.shards[0];
  const nightshift = {
    idempotencyKey: call.attemptId,
    run: run.id,
    job: run.job,
    key: run.runKey,
    date: run.date,
    step: call.stepKey,
    lockTokens: await heldTokens(engine.db, run.id),
  };
  const event = typeof input === 'object' && input !== null ? { ...input, nightshift } : { nightshift };
  return of.invoke({ name, event, timeoutMs: of.settings.timeoutMs });
}
