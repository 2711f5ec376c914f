import { proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';

/**
 * The activities of a run. Local: each is a short transaction (and at most one AWS call of 10 s), and a local one costs
 * one history event in place of three. Retried for ever: a database that is away for a night loses no run.
 */
export const { openRun, startTask, readOutputs, closeRun, askLock, releaseLock } = proxyLocalActivities<Activities>({
  startToCloseTimeout: '12 seconds',
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});
