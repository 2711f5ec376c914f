import { defineSearchAttributeKey } from '@temporalio/common';
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { TriggerActivities } from '../activities/trigger-run.ts';

/** The nominal time; a manual trigger gets the time of the click, a backfill the time that is made up for. */
const scheduledStartTime = defineSearchAttributeKey('TemporalScheduledStartTime', 'DATETIME');

// No end to the retries: a start must not be lost because the database was away for a night.
const { triggerRun } = proxyActivities<TriggerActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

/**
 * What a schedule starts: finds out which runs the start is for and asks for them. Gives back their ids.
 * It does not wait for the run, so that a long run never makes the schedule skip a day.
 */
export async function nightshiftTrigger(input: { job: string }): Promise<string[]> {
  const info = workflowInfo();
  const scheduledAt = info.typedSearchAttributes.get(scheduledStartTime) ?? info.startTime;
  return triggerRun({ job: input.job, scheduledAt: scheduledAt.toISOString() });
}
