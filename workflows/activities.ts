import { proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow';
import type { CallActivities } from '../activities/call-task.ts';
import type { Activities } from '../activities/index.ts';
import { type CallLimits, callQueueOf } from '../model/settings.ts';

/**
 * The activities of a run. Local: each is a short transaction (and at most one AWS call of 10 s), and a local one costs
 * one history event in place of three. Retried for ever: a database that is away for a night loses no run.
 */
export const {
  openRun,
  startTask,
  stopStep,
  readOutputs,
  describeTask,
  beginHandler,
  closeRun,
  runOther,
  resolveTime,
  askLock,
  releaseLock,
} = proxyLocalActivities<Activities>({
  startToCloseTimeout: '12 seconds',
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/** Beyond the call's own limit: its grace, and a worker that has to take it over. */
const slackMs = 120_000;

/**
 * The call of a function or Lambda. A regular activity, on a queue of its own: it lasts as long as the call. Cancelling
 * it is not Temporal's to do: the attempt's row says so, and whoever makes the call reads it.
 */
export function callTask(limits: CallLimits): CallActivities['callTask'] {
  return proxyActivities<CallActivities>({
    taskQueue: callQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: limits.timeoutMs + slackMs,
    heartbeatTimeout: limits.heartbeatMs,
    cancellationType: 'ABANDON',
    retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
  }).callTask;
}
