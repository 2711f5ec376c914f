import type { Engine } from '../../engine/engine.ts';
import { type StartAnswer, startRun } from '../../engine/start-run.ts';
import { runId } from '../../model/run-id.ts';
import type { RunStatus } from '../../model/run-states.ts';
import { getRun } from '../../store/runs.ts';
import { deleteOldWebhookCalls, getWebhookCall, noteWebhookCall } from '../../store/webhook-calls.ts';
import { windowMs } from './signature.ts';

/** A request whose signature was checked. */
export interface WebhookCall {
  job: string;
  runKey: string;
  input: unknown;
  /** How the request is known again. */
  hash: string;
}

/** Taken: what became of it. Replayed: it had been taken before; this is what became of it then. */
export type CallAnswer =
  | ({ replayed: false } & StartAnswer)
  | { replayed: true; runId: string; at: Date; status: RunStatus | undefined };

/**
 * Starts the run that a request asks for, once: the request is noted in the transaction that starts the run, so that a
 * request which was refused, or whose worker crashed, may come again.
 * @throws what startRun throws: nothing has changed then.
 */
export async function takeCall(engine: Engine, call: WebhookCall): Promise<CallAnswer> {
  const { job, runKey, input, hash } = call;
  const id = runId(job, runKey);
  const request = { job, runKey, who: 'webhook', ...(input === undefined ? {} : { input }) };
  try {
    const answer = await startRun(engine, request, async (sql) => {
      if (!(await noteWebhookCall(sql, { signatureHash: hash, runId: id }))) throw new Replayed();
    });
    // Longer than a signature can be valid, from the first moment on that it is.
    await deleteOldWebhookCalls(engine.db, 3 * windowMs);
    return { replayed: false, ...answer };
  } catch (error) {
    const before = error instanceof Replayed ? await getWebhookCall(engine.db, hash) : undefined;
    if (before === undefined) throw error;
    return { replayed: true, ...before, status: (await getRun(engine.db, before.runId))?.status };
  }
}

/** Ends the transaction. */
class Replayed extends Error {}
