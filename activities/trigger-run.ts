import type { JobRegistry } from '../config/job-registry.ts';
import type { ScheduledStart } from '../engine/start-scheduled.ts';
import { runId } from '../model/run-id.ts';
import { startsFor } from '../triggers/schedules/starts-for.ts';

/** What the trigger workflow asks for. */
export interface TriggerRequest {
  job: string;
  /** The schedule's nominal time, ISO 8601. Late starts and backfills keep the date that they are for. */
  scheduledAt: string;
}

/** The activities of the trigger workflow. */
export interface TriggerActivities {
  /** Starts the runs that a schedule's start is for, or finds them; gives back their ids. */
  triggerRun(request: TriggerRequest): Promise<string[]>;
}

/** What {@link createTriggerRun} needs. */
export interface TriggerDeps {
  registry: Pick<JobRegistry, 'get'>;
  /** IANA zone of jobs whose schedule names none. */
  timezone: string;
  /** The one door; must be idempotent by job and run key, since Temporal may call it again. */
  startScheduled: (start: ScheduledStart) => Promise<unknown>;
}

/**
 * Makes the activity `triggerRun`. Mostly it starts one run; two when a holiday was moved to this time; none at the
 * second of a repeated time, or where a holiday was moved away.
 * It throws when the job is unknown here (in a rolling deployment another worker may know it) or the door does; Temporal tries again.
 */
export function createTriggerRun(deps: TriggerDeps): TriggerActivities['triggerRun'] {
  return async ({ job: id, scheduledAt }) => {
    const starts = startsFor(deps.registry.get(id), new Date(scheduledAt), deps.timezone);
    for (const { runKey, does } of starts) await deps.startScheduled({ job: id, runKey, does });
    return starts.map(({ runKey }) => runId(id, runKey));
  };
}
