import { supersede } from '../engine/supersede.ts';
import { lookSoon } from '../store/executions.ts';
import type { Delivery } from './deliver.ts';

/** Another worker than those of the bundle that failed takes the run on only after this. */
const othersAfterMs = 60_000;

/** Our own word for it, where Temporal sees nothing: a recorded answer that belongs to another step. */
const ownType = 'codeChanged';

/** An execution that Temporal says has failed. */
interface FailedExecution {
  runId: string;
  number: number;
  workflowId: string;
}

/**
 * Lets a run whose workflow failed because its code has changed go on in its next execution. False when it failed
 * otherwise, or the same bundle could not replay it twice: then it is over.
 */
export async function goesOnWithNewCode(delivery: Delivery, failed: FailedExecution): Promise<boolean> {
  const failure = await nondeterminism(delivery, failed.workflowId);
  if (failure === undefined) return false;
  const { runId, number } = failed;
  // The settings of the next execution have to be those of the new code.
  if (failure.bundle !== delivery.bundleHash && failure.agoMs < othersAfterMs) {
    await lookSoon(delivery.db, runId, number, 200);
    return true;
  }
  const answer = await supersede(delivery, { runId, execution: number, bundle: failure.bundle });
  delivery.log.warn('code changed under a run', { runId, execution: number, answer, said: failure.said });
  return answer === 'superseded';
}

/** What Temporal says of a workflow that did not replay, and which bundle it was; undefined when it failed otherwise. */
async function nondeterminism(delivery: Delivery, workflowId: string) {
  const { client } = delivery;
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: client.options.namespace,
    execution: { workflowId },
    maximumPageSize: 10,
  });
  const events = history?.events ?? [];
  const failure = events.find((event) => event.workflowExecutionFailedEventAttributes)
    ?.workflowExecutionFailedEventAttributes?.failure;
  const said = failure?.message ?? '';
  const isOurs = failure?.applicationFailureInfo?.type === ownType;
  if (!isOurs && !/TMPRL1100|Nondeterminism/i.test(said)) return undefined;
  const task = events.find((event) => event.workflowTaskCompletedEventAttributes);
  const failedAt = Number(events[0]?.eventTime?.seconds ?? 0) * 1_000;
  return {
    said,
    bundle: task?.workflowTaskCompletedEventAttributes?.workerVersion?.buildId ?? 'unknown',
    agoMs: Date.now() - failedAt,
  };
}
