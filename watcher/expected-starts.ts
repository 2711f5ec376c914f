import type { Client } from '@temporalio/client';
import { ScheduleNotFoundError } from '@temporalio/client';
import type { Engine } from '../engine/engine.ts';
import { messageOf } from '../engine/submit-attempt.ts';
import { durationMs } from '../model/duration.ts';
import type { Job } from '../model/job.ts';
import { runId } from '../model/run-id.ts';
import { raiseAlert } from '../store/alerts.ts';
import { listStatuses } from '../store/runs.ts';
import { claimDueSchedules, keepSchedule, settleStarts, type WatchedSchedule } from '../store/schedules.ts';
import { comesToARun } from '../triggers/schedules/starts-for.ts';
import { scheduleId } from '../triggers/schedules/sync.ts';
import { plannedStarts } from '../triggers/schedules/timetable.ts';

/** What looking for starts that did not come needs. */
export type StartsWatch = Engine & { client: Client; scheduledJobs: readonly Job[] };

/**
 * One cycle: for each job that Temporal schedules, raises `missed` for starts that are due for longer than the grace and
 * have no run. Not for what was due before the schedule was made, changed or resumed. After a time in which nobody
 * watched, Temporal makes up for what `catchUp` allows: the grace of all counts from then.
 */
export async function watchExpectedStarts(watch: StartsWatch): Promise<number> {
  const { missedLookMs } = watch.timings;
  const jobs = new Map(watch.scheduledJobs.map((job) => [job.id, job]));
  for (const id of await claimDueSchedules(watch.db, [...jobs.keys()], missedLookMs)) {
    const job = jobs.get(id);
    if (job === undefined) continue;
    try {
      await look(watch, job);
    } catch (error) {
      // One schedule that cannot be read never stops the others.
      watch.log.warn('schedule not looked at', { job: id, error: messageOf(error) });
    }
  }
  return missedLookMs;
}

async function look(watch: StartsWatch, job: Job): Promise<void> {
  const { project, timings } = watch;
  const seen = await describe(watch.client, scheduleId(`${project.name}-${project.stage}`, job.id));
  const kept = await keepSchedule(watch.db, { job: job.id, ...seen, holeMs: 3 * timings.missedLookMs + 5_000 });
  if (kept === undefined || seen.since === null || seen.paused) return;
  const graceMs = timings.missedStartMs + (job.schedule?.flexibleWindow ? durationMs(job.schedule.flexibleWindow) : 0);
  if (kept.now.getTime() - kept.watchedFrom.getTime() < graceMs) return;
  await alertMissed(watch, job, { kept, graceMs });
}

async function alertMissed(watch: StartsWatch, job: Job, at: { kept: WatchedSchedule; graceMs: number }) {
  const { kept, graceMs } = at;
  const until = kept.now.getTime() - graceMs;
  const from = kept.since.getTime();
  if (until <= from) return;
  const due = plannedStarts(job, watch.project.timezone, { from: from + 1, to: until }).filter(comesToARun);
  const statuses = await listStatuses(
    watch.db,
    due.map(({ runKey }) => runId(job.id, runKey)),
  );
  for (const { at: dueAt, runKey } of due) {
    const id = runId(job.id, runKey);
    if ((statuses.get(id)?.status ?? 'expected') !== 'expected') continue;
    const channels = job.alerts?.missed ?? [];
    const detail = { due: new Date(dueAt).toISOString() };
    if (await raiseAlert(watch.db, { runId: id, rule: 'missed', channels, detail })) {
      watch.log.warn('run did not start', { runId: id, channels, ...detail });
    }
  }
  await settleStarts(watch.db, job.id, new Date(until));
}

/** `since` null: Temporal does not have it. A change of the times, too, lets nothing earlier be expected. */
async function describe(client: Client, id: string): Promise<{ since: Date | null; paused: boolean }> {
  try {
    const { info, state } = await client.schedule.getHandle(id).describe();
    return { since: info.lastUpdatedAt ?? info.createdAt, paused: state.paused };
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return { since: null, paused: false };
    throw error;
  }
}
