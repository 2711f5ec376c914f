import type { JobRegistry } from '../../config/job-registry.ts';
import { Refused } from '../../engine/engine.ts';
import { jobsAfter } from '../../engine/rerun-successors.ts';
import type { Job } from '../../model/job.ts';
import { runId } from '../../model/run-id.ts';
import type { Sql } from '../../store/database.ts';
import { getRuns, type RunRow } from '../../store/runs.ts';
import { runsBy } from '../run-keys.ts';
import { datesBetween } from './dates.ts';
import { type PlannedRun, planRun } from './planned-run.ts';
import { datedPrerequisites } from './prerequisites.ts';
import { refuseInputs, refuseUnmet } from './refusals.ts';

/** A job for a range of business dates. */
export interface BackfillRequest {
  job: string;
  /** The first and the last business date. */
  from: string;
  to: string;
  /** Prerequisites that have not succeeded run, too. */
  withPrerequisites: boolean;
  /** All that comes after the job runs, too. */
  withSuccessors: boolean;
}

/** What is done for one business date: its runs, each after its prerequisites. */
export interface DatePlan {
  date: string;
  runs: PlannedRun[];
}

/**
 * Finds out what a backfill has to do, oldest date first. The runs themselves say how far an earlier one came: what has
 * succeeded is passed over, what is in flight is joined, what failed is tried again.
 * @throws Refused when prerequisites have not succeeded, a job takes an input, or the range is not one; UnknownJobError.
 */
export async function planBackfill(
  { sql, jobs }: { sql: Sql; jobs: JobRegistry },
  request: BackfillRequest,
): Promise<DatePlan[]> {
  const job = jobs.get(request.job);
  if (runsBy(job) === 'instant') {
    throw new Refused(
      `${job.id} runs by instant, and a backfill is for business dates: start one run with \`nightshift run ${job.id} --date 2026-11-21T20:05Z\``,
    );
  }
  const dates = datesBetween(request.from, request.to);
  const after = request.withSuccessors ? jobsAfter(jobs, job.id).filter((each) => runsBy(each) === 'date') : [];
  const asked = new Set([job, ...after]);
  const before = closure(jobs, [...asked]);
  const ids = dates.flatMap((date) => [...before].map(({ id }) => runId(id, date)));
  const runs = await getRuns(sql, ids);
  const plan = dates.map((date) => planDate({ date, jobs, runs, asked, request }));
  refuseUnmet(plan, { jobs, runs });
  refuseInputs(plan, jobs);
  return plan;
}

/** The jobs with everything that they wait for, near and far. */
function closure(jobs: JobRegistry, of: Job[]): Set<Job> {
  const found = new Set<Job>();
  const add = (job: Job) => {
    if (found.has(job)) return;
    found.add(job);
    for (const id of datedPrerequisites(jobs, job)) add(jobs.get(id));
  };
  for (const job of of) add(job);
  return found;
}

function planDate(at: {
  date: string;
  jobs: JobRegistry;
  runs: Map<string, RunRow>;
  asked: Set<Job>;
  request: BackfillRequest;
}): DatePlan {
  const { date, jobs, runs, asked, request } = at;
  const planned = new Map<string, PlannedRun>();
  const add = (job: Job) => {
    if (planned.has(job.id)) return;
    const startsSuccessors = request.withSuccessors && asked.has(job);
    const run = planRun({ job: job.id, date, startsSuccessors }, runs.get(runId(job.id, date)));
    planned.set(job.id, run);
    if (!request.withPrerequisites || run.does === 'pass' || run.does === 'leave') return;
    for (const id of datedPrerequisites(jobs, job)) {
      if (runs.get(runId(id, date))?.status !== 'succeeded') add(jobs.get(id));
    }
  };
  for (const job of asked) add(job);
  const ordered = jobs.inOrder().flatMap(({ id }) => planned.get(id) ?? []);
  return { date, runs: ordered };
}
