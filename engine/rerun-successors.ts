import type { Job } from '../model/job.ts';
import { runId } from '../model/run-id.ts';
import { isLeftOut } from '../model/run-states.ts';
import { unreachable } from '../model/unreachable.ts';
import type { Sql } from '../store/database.ts';
import { getRun, type RunRow } from '../store/runs.ts';
import { runsBy } from '../triggers/run-keys.ts';
import { type Engine, type JobList, Refused } from './engine.ts';
import { startRunIn } from './start-run.ts';

/** Which run's successors are meant. */
export interface RunAtKey {
  job: string;
  runKey: string;
}

/** Every job after this one, near and far, each after all of its own prerequisites among them. */
export function jobsAfter(jobs: Pick<JobList, 'successorsOf'>, id: string): Job[] {
  const ordered: Job[] = [];
  const visit = (job: Job) => {
    if (ordered.includes(job)) return;
    for (const next of jobs.successorsOf(job.id)) visit(next);
    ordered.unshift(job);
  };
  for (const job of jobs.successorsOf(id)) visit(job);
  return ordered;
}

/** Those after it whose runs have the same kind of key: a whole business date waits anew by itself. */
function sameKind(jobs: Pick<JobList, 'successorsOf' | 'get'>, id: string): Job[] {
  return jobsAfter(jobs, id).filter((job) => runsBy(job) === runsBy(jobs.get(id)));
}

/** Ids of the runs of this key that come after the run, whether they are there or not. */
export function successorIds({ jobs }: Pick<Engine, 'jobs'>, { job, runKey }: RunAtKey): string[] {
  return sameKind(jobs, job).map((each) => runId(each.id, runKey));
}

/**
 * Opens the ended successors of a run again, from the start, inside the transaction that opens the run itself: each then
 * waits for its prerequisites, so they run once, in order. What was left out stays so; what has never run is left to its
 * schedule, or to the end of its prerequisites. Gives the ids. The caller has locked the rows.
 * @throws Refused when one is at work: it would end with what was there before.
 */
export async function rerunSuccessors(sql: Sql, engine: Engine, of: RunAtKey & { who: string }): Promise<string[]> {
  const opened: string[] = [];
  for (const job of sameKind(engine.jobs, of.job)) {
    const run = await getRun(sql, runId(job.id, of.runKey));
    if (run === undefined || !runsAgain(run)) continue;
    await startRunIn(sql, engine, { job: job.id, runKey: of.runKey, who: of.who, again: 'fromStart' });
    opened.push(run.id);
  }
  return opened;
}

function runsAgain(run: RunRow): boolean {
  switch (run.status) {
    case 'succeeded':
    case 'failed':
    case 'timedOut':
    case 'cancelled':
      return true;
    case 'notRun':
      return !isLeftOut(run);
    case 'expected':
    case 'waiting':
      return false;
    case 'running':
    case 'stopping':
      throw new Refused(`Its successor ${run.id} is ${run.status}: wait for its end, or cancel it first`);
    default:
      return unreachable(run.status);
  }
}
