import { z } from 'zod';
import { zodProblems } from '../../config/config-error.ts';
import { type Engine, Refused } from '../../engine/engine.ts';
import type { ScheduledStart } from '../../engine/start-scheduled.ts';
import { startsFor } from '../schedules/starts-for.ts';

const scheduled = z.strictObject({
  job: z.string('write the id of a job'),
  scheduledAt: z.iso.datetime({ offset: true, message: 'must be the nominal time of the schedule' }),
});

/**
 * The starts of a message that EventBridge Scheduler sends in place of Temporal's schedule,
 * `{"nightshift":{"scheduled":{"job":"BATCH-001","scheduledAt":"2026-11-20T18:00:00Z"}}}`: run key, holidays and changes
 * of the clocks as the trigger has them. Null for any other message.
 * @throws Refused when it is incomplete; UnknownJobError.
 */
export function scheduledStarts(engine: Pick<Engine, 'jobs' | 'project'>, body: string): ScheduledStart[] | null {
  const asked = scheduledIn(body);
  if (asked === undefined) return null;
  const parsed = scheduled.safeParse(asked);
  if (!parsed.success) {
    throw new Refused(`The message is not {"nightshift":{"scheduled":{...}}}: ${zodProblems(parsed.error).join('; ')}`);
  }
  const { job, scheduledAt } = parsed.data;
  return startsFor(engine.jobs.get(job), new Date(scheduledAt), engine.project.timezone).map(({ runKey, does }) => ({
    ...{ job, runKey, does },
  }));
}

function scheduledIn(body: string): unknown {
  try {
    return (JSON.parse(body) as { nightshift?: { scheduled?: unknown } } | null)?.nightshift?.scheduled;
  } catch {
    // Refused, with its reason, by whoever looks for the other kinds of messages.
    return undefined;
  }
}
