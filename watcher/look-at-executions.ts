import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { messageOf } from '../engine/submit-attempt.ts';
import { workflowId } from '../model/run-id.ts';
import { raiseAlert } from '../store/alerts.ts';
import { countLive } from '../store/attempts.ts';
import { claimDueLooks, latestExecution, lookSoon, markLost } from '../store/executions.ts';
import { startIsPending } from '../store/outbox.ts';
import { getRun } from '../store/runs.ts';
import { goesOnWithNewCode } from './changed-code.ts';
import { closeWithoutWorkflow } from './deadlines.ts';
import type { Delivery } from './deliver.ts';
import { isLeftToHandler } from './late-handlers.ts';

/** A run whose workflow is gone is looked at this often until its work has ended. */
const orphanMs = 1_000;

/** One cycle: describes in Temporal the open executions that are due. */
export async function lookAtExecutions(delivery: Delivery): Promise<number> {
  const { executionLookMs } = delivery.timings;
  for (const execution of await claimDueLooks(delivery.db, executionLookMs)) {
    try {
      await lookAt(delivery, execution);
    } catch (error) {
      delivery.log.warn('execution not described', { runId: execution.runId, error: messageOf(error) });
    }
  }
  return Math.min(orphanMs, executionLookMs);
}

async function lookAt(delivery: Delivery, { runId, number }: { runId: string; number: number }) {
  const id = workflowId(runId, number);
  if (await startIsPending(delivery.db, id)) return;
  const status = await describe(delivery, id);
  if (status === 'RUNNING') return closeIfStuck(delivery, { runId, execution: number });
  if (status === 'notFound' && (await getRun(delivery.db, runId))?.status !== 'stopping') {
    // No proof: the address may be wrong, the server may have been restored. Nothing is killed for it.
    await markLost(delivery.db, runId, number);
    const isNew = await raiseAlert(delivery.db, {
      runId,
      rule: 'temporalLost',
      channels: [],
      detail: { workflowId: id },
    });
    if (isNew) delivery.log.error('run not found in Temporal', { runId, workflowId: id });
    return;
  }
  // Gone, or (a person's cancel, local mode's adoption) not known and to be stopped anyway: nobody else will close it.
  if (status === 'FAILED' && (await goesOnWithNewCode(delivery, { runId, number, workflowId: id }))) return;
  const reason = status === 'notFound' ? 'temporalLost' : 'terminated';
  const said = status === 'FAILED' ? await failureOf(delivery, id) : undefined;
  delivery.log.warn('workflow closed under an open run', { runId, workflowId: id, status, said });
  const closed = await closeWithoutWorkflow(delivery, { runId, execution: number, reason, said });
  if (!closed) await lookSoon(delivery.db, runId, number, orphanMs);
}

/** A workflow that cannot go on must not keep a run that stops, nor its locks, once all its work is proved ended. */
async function closeIfStuck(delivery: Delivery, open: { runId: string; execution: number }) {
  const run = await getRun(delivery.db, open.runId);
  if (run?.status !== 'stopping' || (await countLive(delivery.db, open.runId)) > 0) return;
  const execution = await latestExecution(delivery.db, open.runId);
  if (execution !== undefined && (await isLeftToHandler(delivery, run, execution))) return;
  await closeWithoutWorkflow(delivery, { ...open, reason: 'terminated' });
}

async function describe(delivery: Delivery, id: string): Promise<string> {
  try {
    return (await delivery.client.workflow.getHandle(id).describe()).status.name;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'notFound';
    throw error;
  }
}

/** What a failed workflow says of itself. */
async function failureOf(delivery: Delivery, id: string): Promise<string | undefined> {
  try {
    await delivery.client.workflow.getHandle(id).result();
    return undefined;
  } catch (error) {
    return error instanceof WorkflowFailedError ? messageOf(error.cause) : undefined;
  }
}
