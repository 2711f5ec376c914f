import type { JobRegistry } from '../config/job-registry.ts';
import { runId } from '../model/run-id.ts';
import { businessDate } from '../triggers/business-date.ts';

/** What the trigger workflow asks for. */
export interface TriggerRequest {
  job: string;
  /** The schedule's nominal time, ISO 8601. Late starts and backfills keep the date that they are for. */
  scheduledAt: string;
}

/** The activities of the trigger workflow. */
export interface TriggerActivities {
  /** Starts the run that a schedule's start is for, or finds it; gives back its id. */
  triggerRun(request: TriggerRequest): Promise<string>;
}

/** What {@link createTriggerRun} needs. */
export interface TriggerDeps {
  registry: Pick<JobRegistry, 'get'>;
  /** IANA zone of jobs whose schedule names none. */
  timezone: string;
  /** The one door; must be idempotent by job and run key, since Temporal may call it again. */
  startRun: (request: { job: string; runKey: string; who: string }) => Promise<unknown>;
}

/**
 * Makes the activity `triggerRun`.
 * It throws when the job is unknown here (in a rolling deployment another worker may know it) or startRun does; Temporal tries again.
 */
export function createTriggerRun(deps: TriggerDeps): TriggerActivities['triggerRun'] {
  return async ({ job: id, scheduledAt }) => {
    const job = deps.registry.get(id);
    const runKey = businessDate(new Date(scheduledAt), job.schedule?.timezone ?? deps.timezone);
    await deps.startRun({ job: id, runKey, who: 'schedule' });
    return runId(id, runKey);
  };
}
