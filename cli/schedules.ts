import type { ScheduleDescription } from '@temporalio/client';
import { runId } from '../model/run-id.ts';
import { zoneOf } from '../triggers/run-keys.ts';
import { type ScheduleChange, scheduleId, syncSchedules } from '../triggers/schedules/sync.ts';
import { taskQueueOf } from '../workers/start-worker.ts';
import { exitCodes } from './exit-codes.ts';
import { nextStarts } from './next-starts.ts';
import { knownSchedule } from './pause-schedule.ts';
import { describeSchedule, type SchedulesPlace } from './schedules-place.ts';
import { showTime } from './show-time.ts';
import { textTable } from './text-table.ts';

const write = (line: string) => process.stdout.write(`${line}\n`);

/** Syncs, and prints each change: of a stage whose schedules EventBridge keeps, what Temporal has is removed. Gives the exit code: 1 when somebody else's schedule is in the way. */
export async function syncAndReport(place: SchedulesPlace, dryRun: boolean): Promise<number> {
  const { client, open, project, owner, keeper } = place;
  const { timezone } = project;
  const jobs = keeper === 'temporal' ? open.jobs.inOrder() : [];
  const changes = await syncSchedules(client, { jobs, owner, taskQueue: taskQueueOf(project), timezone, dryRun });
  if (changes.length === 0) write('Nothing to change');
  for (const line of changes.flatMap((change) => changeLines(change, dryRun))) write(line);
  return changes.some((change) => change.kind === 'blocked') ? exitCodes.failed : exitCodes.succeeded;
}

function changeLines(change: ScheduleChange, dryRun: boolean): string[] {
  const name = `${change.job}  (${change.scheduleId})`;
  if (change.kind === 'blocked') {
    return [
      `blocked ${name}: this schedule is not ours and was left alone; remove it or rename the job, then sync again`,
    ];
  }
  const verb = { created: 'create', updated: 'update', removed: 'remove' }[change.kind];
  const head = `${dryRun ? `would ${verb}` : `${verb}d`} ${name}`;
  if (change.kind !== 'updated') return [head];
  return [head, ...change.differences.map(({ what, from, to }) => `    ${what}: ${shorten(from)} -> ${shorten(to)}`)];
}

function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}...` : text || 'nothing';
}

/** Prints every job with a schedule: its expression, zone, next time, and whether somebody has paused it. */
export async function listSchedules({ client, open, project, owner, keeper }: SchedulesPlace): Promise<void> {
  const rows: string[][] = [];
  for (const { id, schedule } of open.jobs.inOrder()) {
    if (schedule === undefined) continue;
    const timezone = schedule.timezone ?? project.timezone;
    const found = await describeSchedule(client, scheduleId(owner, id));
    const next = found === null ? notThere[keeper] : nextOf(found, timezone);
    rows.push([id, schedule.expression, timezone, next, pauseOf(found)]);
  }
  if (rows.length === 0) return void write('No job has a schedule');
  for (const line of textTable(['job', 'expression', 'zone', 'next', 'paused'], rows)) write(line);
}

const notThere = {
  temporal: 'not in Temporal: run `nightshift schedules sync`',
  eventbridge: 'kept by EventBridge',
} as const;

function nextOf({ info }: ScheduleDescription, timezone: string): string {
  return showTime(info.nextActionTimes[0] ?? null, timezone) || 'never';
}

function pauseOf(found: ScheduleDescription | null): string {
  if (found === null) return '';
  const { paused, note } = found.state;
  return paused ? `yes${note ? `: ${note}` : ''}` : 'no';
}

/**
 * Prints the next times of a job's schedule, as Temporal itself will fire it, with the run that each starts.
 * @throws UsageError when the job has no schedule, or Temporal does not have it yet.
 */
export async function nextTimes(place: SchedulesPlace, id: string, count: number): Promise<void> {
  const { client, open, project } = place;
  const job = open.jobs.get(id);
  const timezone = zoneOf(job, project.timezone);
  const known = await knownSchedule(place, id);
  const starts = await nextStarts(client, { scheduleId: known, job, timezone: project.timezone, count });
  if (starts.length === 0) return void write(`${id} never runs again by its schedule ${job.schedule?.expression}`);
  const rows = starts.map(({ firesAt, runKey, date, does }) => {
    const at = new Date(firesAt);
    return [
      showTime(at, timezone),
      at.toISOString(),
      date,
      runId(id, runKey),
      does === 'start' ? '' : 'not run: holiday',
    ];
  });
  for (const line of textTable([timezone, 'UTC', 'business date', 'run', ''], rows)) write(line.trimEnd());
}
