import type { Job } from '../model/job.ts';
import { instantOfKey, runId } from '../model/run-id.ts';
import type { RunSettings } from '../model/settings.ts';
import type { RunRow } from '../store/runs.ts';
import { dateOfRun, runsBy } from '../triggers/run-keys.ts';
import { plannedStarts } from '../triggers/schedules/timetable.ts';
import type { Engine } from './engine.ts';

/** A run that another one waits for. */
export interface Prerequisite {
  id: string;
  job: string;
  runKey: string;
  date: string;
  /** The name of the row in `waits`: the job's id, or the run's where the keys may differ. */
  wait: string;
  /** It is one of a whole business date. */
  ofDay: boolean;
}

const dayMs = 86_400_000;

/** Every run that a run with these settings waits for. */
export function prerequisitesOf(
  engine: Engine,
  settings: Pick<RunSettings, 'after' | 'afterDay'>,
  run: { runKey: string; date: string },
): Prerequisite[] {
  const same = settings.after.map((job) => ({
    id: runId(job, run.runKey),
    job,
    runKey: run.runKey,
    date: run.date,
    wait: job,
    ofDay: false,
  }));
  return [...same, ...(settings.afterDay ?? []).flatMap((id) => runsOfDay(engine, engine.jobs.get(id), run.date))];
}

/** The runs of a job for a business date: the one, or one for each instant that its schedule has. */
function runsOfDay({ project }: Engine, job: Job, date: string): Prerequisite[] {
  const keys = runsBy(job) === 'date' ? [date] : instantsOf(job, date, project.timezone);
  return [...new Set(keys)].map((runKey) => {
    const id = runId(job.id, runKey);
    return { id, job: job.id, runKey, date, wait: id, ofDay: true };
  });
}

function instantsOf(job: Job, date: string, timezone: string): string[] {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // Zones are up to 14 hours apart from UTC, and a business date may begin a day before or after its calendar day.
  return plannedStarts(job, timezone, { from: midnight - 2 * dayMs, to: midnight + 3 * dayMs })
    .filter((start) => start.date === date && start.does !== 'nothing')
    .map((start) => start.runKey);
}

/**
 * `met`, `never` (it was itself not run), or `open`. In a whole business date, an instant that was left out because the
 * run before it was still going counts as met: that run has done its work.
 */
export function stateOf(
  prerequisite: Pick<Prerequisite, 'ofDay'>,
  run: Pick<RunRow, 'status' | 'reason'> | undefined,
): 'met' | 'never' | 'open' {
  if (run?.status === 'succeeded') return 'met';
  if (run?.status !== 'notRun') return 'open';
  return prerequisite.ofDay && run.reason === 'overlap' ? 'met' : 'never';
}

/** The runs of successors that the end of a run concerns, and whose keys are known from it. */
export interface Successor {
  id: string;
  job: Job;
  runKey: string;
  date: string;
}

/**
 * Those whose rows the end of a run locks. A successor by instant that waits for this run's whole date is none of them:
 * it has locked this run's row before it registered its wait.
 */
export function successorsOf(engine: Engine, run: { job: string; runKey: string }): Successor[] {
  return engine.jobs.successorsOf(run.job).flatMap((job) => {
    const sameKey = (job.after ?? []).includes(run.job);
    if (!sameKey && runsBy(job) === 'instant') return [];
    const date = dateOfEnd(engine, run);
    const runKey = sameKey ? run.runKey : date;
    return [{ id: runId(job.id, runKey), job, runKey, date }];
  });
}

/** Asked only for a job that others name: it is known. */
function dateOfEnd({ jobs, project }: Engine, { job, runKey }: { job: string; runKey: string }): string {
  return instantOfKey(runKey) === null ? runKey : dateOfRun(jobs.get(job), runKey, project.timezone);
}
