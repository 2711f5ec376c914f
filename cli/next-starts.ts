import type { Client } from '@temporalio/client';
import { msToTs, requiredTsToMs } from '@temporalio/common/lib/time.js';
import { durationMs } from '../model/duration.ts';
import type { Job } from '../model/job.ts';
import { type DueStart, startsFor } from '../triggers/schedules/starts-for.ts';
import { plannedStarts } from '../triggers/schedules/timetable.ts';

const dayMs = 86_400_000;

/** A start that Temporal will bring about. */
export interface NextStart extends DueStart {
  /** When it fires: the nominal time, or up to the flexible window later. */
  firesAt: number;
}

/**
 * The next starts of a job, as Temporal itself will fire them, with what its policies make of each. Asks for longer and
 * longer spans, so that neither a rare nor a frequent schedule is asked for too much.
 */
export async function nextStarts(
  client: Client,
  of: { scheduleId: string; job: Job; timezone: string; count: number },
): Promise<NextStart[]> {
  const now = Date.now();
  for (let days = 2; ; days *= 4) {
    const { startTime } = await client.workflowService.listScheduleMatchingTimes({
      namespace: client.options.namespace,
      scheduleId: of.scheduleId,
      startTime: msToTs(now),
      endTime: msToTs(now + days * dayMs),
    });
    const starts = startTime.flatMap((time) => {
      const firesAt = requiredTsToMs(time, 'startTime');
      return startsFor(of.job, new Date(nominalOf(of.job, firesAt, of.timezone)), of.timezone).map((start) => ({
        ...start,
        firesAt,
      }));
    });
    if (starts.length >= of.count || days > 10_000) return starts.slice(0, of.count);
  }
}

/** With a flexible window Temporal lists when it fires; the nominal time is the last planned one before. */
function nominalOf(job: Job, firesAt: number, timezone: string): number {
  const window = job.schedule?.flexibleWindow;
  if (window === undefined) return firesAt;
  const planned = plannedStarts(job, timezone, { from: firesAt - durationMs(window), to: firesAt });
  return planned.at(-1)?.at ?? firesAt;
}
