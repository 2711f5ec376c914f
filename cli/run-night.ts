import type { JobRegistry } from '../config/job-registry.ts';
import type { Engine } from '../engine/engine.ts';
import { startRun } from '../engine/start-run.ts';
import { stopRun } from '../engine/stop-run.ts';
import { prerequisiteId } from '../model/after.ts';
import { formatMs } from '../model/duration.ts';
import type { Job } from '../model/job.ts';
import { runId } from '../model/run-id.ts';
import { hasEnded } from '../model/run-states.ts';
import { getRun } from '../store/runs.ts';
import { runsBy } from '../triggers/run-keys.ts';
import { plannedStarts } from '../triggers/schedules/timetable.ts';
import type { Signalled } from '../workers/signals.ts';
import { whoAmI } from './arguments.ts';
import { cancelOpenRuns } from './cancel-open-runs.ts';
import { UsageError, worstExitCode } from './exit-codes.ts';
import { describeRun, followRuns, type RunView } from './follow-run.ts';
import { runDisplay } from './run-display.ts';
import { showResult } from './show-result.ts';

/** One night: the jobs of a business date, in the order of their prerequisites. */
export interface Night {
  jobs: JobRegistry;
  /** Ids; empty = all. */
  named: string[];
  date: string;
  signal: Signalled;
  write: (line: string) => void;
}

/** Runs the night from the start and follows it. Ctrl-C cancels it and waits until its work has ended. Gives the exit code. */
export async function runNight(engine: Engine, night: Night): Promise<number> {
  const jobs = await choose(engine, night);
  night.write(`Running ${jobs.map((job) => job.id).join(', ')} for ${night.date}`);
  const started = Date.now();
  const ids: string[] = [];
  for (const job of jobs) ids.push(await startAgain(engine, job, keyOfNight(job, night.date, engine.project.timezone)));
  const display = runDisplay(process.stdout);
  let views = await followRuns(engine.db, ids, { show: display.show, signal: night.signal.aborted });
  if (views.some((view) => !hasEnded(view.run.status))) {
    display.done();
    night.write('Cancelling: waiting until all work has ended');
    await cancelOpenRuns(engine);
    views = await followRuns(engine.db, ids, { show: () => undefined, signal: new AbortController().signal });
  }
  display.show(views);
  display.done();
  report(views, Date.now() - started, night.write);
  return worstExitCode(views.map((view) => view.run.status));
}

/**
 * Before anything boots: every named job exists and takes no input, which nobody could give here.
 * @throws UnknownJobError, UsageError.
 */
export function refuseUnrunnable({ jobs }: { jobs: JobRegistry }, named: string[]): void {
  for (const id of named) {
    if (runsByItself(jobs.get(id))) continue;
    throw new UsageError(`${id} takes an input: start \`nightshift dev\`, then \`nightshift run ${id} --input '...'\``);
  }
}

/** Without an input, or with the one that its schedule gives. */
function runsByItself(job: Job): boolean {
  return job.input === undefined || job.schedule?.input !== undefined;
}

/** The named jobs, with the prerequisites that have not succeeded: without them they would wait for ever. */
async function choose(engine: Engine, { jobs, named, date }: Night): Promise<Job[]> {
  if (named.length === 0) return jobs.inOrder().filter((job) => job.input === undefined);
  const chosen = new Set<string>();
  const add = async (id: string) => {
    if (chosen.has(id)) return;
    for (const prerequisite of (jobs.get(id).after ?? []).map(prerequisiteId)) {
      const run = await getRun(engine.db, runId(prerequisite, date));
      if (run?.status !== 'succeeded') await add(prerequisite);
    }
    chosen.add(id);
  };
  for (const id of named) await add(id);
  return jobs.inOrder().filter((job) => chosen.has(job.id));
}

/** A job that runs by instant runs once in a night: for the first instant that its schedule has for the date. */
function keyOfNight(job: Job, date: string, timezone: string): string {
  if (runsBy(job) === 'date') return date;
  const midnight = Date.parse(`${date}T00:00:00Z`);
  const planned = plannedStarts(job, timezone, { from: midnight - 86_400_000, to: midnight + 2 * 86_400_000 });
  return planned.find((start) => start.date === date && start.does === 'start')?.runKey ?? `${date}T00:00Z`;
}

/** From the start, whatever an earlier night has left. A run that is still open is cancelled first. */
async function startAgain(engine: Engine, job: Job, runKey: string): Promise<string> {
  const id = runId(job.id, runKey);
  const before = await getRun(engine.db, id);
  if (before !== undefined && before.status !== 'expected' && !hasEnded(before.status)) {
    await stopRun(engine, { runId: id, reason: 'cancelled', who: whoAmI(), error: null });
    await followRuns(engine.db, [id], { show: () => undefined, signal: new AbortController().signal });
  }
  const fresh = before === undefined || before.status === 'expected';
  const how = fresh ? { input: job.schedule?.input } : ({ again: 'fromStart' } as const);
  await startRun(engine, { job: job.id, runKey, who: whoAmI(), ...how });
  return id;
}

function report(views: RunView[], tookMs: number, write: (line: string) => void) {
  write('');
  for (const view of views) {
    write(`${view.run.id}  ${describeRun(view)}`);
    showResult(view, write);
  }
  write('');
  write(`The night took ${formatMs(tookMs)}`);
}
