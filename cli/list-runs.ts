import { closest } from '../config/job-registry.ts';
import { isBusinessDate } from '../model/run-id.ts';
import { runStatuses } from '../model/run-states.ts';
import type { Sql } from '../store/database.ts';
import { isStale, listJobsWithRuns, type RunRow } from '../store/runs.ts';
import { UsageError } from './exit-codes.ts';
import { showTime, showTook } from './show-time.ts';
import { textTable } from './text-table.ts';

/** Which runs are wanted. */
export interface RunsFilter {
  job?: string;
  status?: string;
  /** Business date of the oldest. */
  since?: string;
}

/**
 * The filter of `nightshift runs`, checked.
 * @throws UsageError for a state that there is none of, a day that does not exist, or what cannot be a job's id.
 */
export function runsFilter({ job, status, since }: RunsFilter): RunsFilter {
  const known: readonly string[] = [...runStatuses, 'stale'];
  if (status !== undefined && !known.includes(status)) {
    throw new UsageError(`--status "${status}" is not a state of a run; write one of ${known.join(', ')}`);
  }
  if (since !== undefined && !isBusinessDate(since)) {
    throw new UsageError(`--since "${since}" is not a business date; write YYYY-MM-DD, such as --since 2026-11-01`);
  }
  if (job !== undefined && !/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(job)) {
    throw new UsageError(`--job "${job}" is not a job's id; write it like --job BATCH-001 (\`show\` takes a run)`);
  }
  return { ...(job && { job }), ...(status && { status }), ...(since && { since }) };
}

/** A word to a person who asked for runs of a job that has none: which jobs have. Undefined when the filter names no job. */
export async function hintOfJobs(sql: Sql, { job }: RunsFilter): Promise<string | undefined> {
  if (job === undefined) return undefined;
  const known = await listJobsWithRuns(sql);
  if (known.includes(job) || known.length === 0) return undefined;
  return `There has been no run of ${job}; did you mean ${closest(job, known).join(', ')}?`;
}

/** The runs as a table. */
export function runLines(runs: readonly RunRow[], timezone: string): string[] {
  if (runs.length === 0) return ['No runs'];
  const rows = runs.map((run) => [
    run.id,
    isStale(run) ? `${run.status}, stale` : run.status,
    run.reason === run.status ? '' : (run.reason ?? ''),
    showTime(run.startedAt, timezone),
    showTook(run),
    run.records === null ? '' : String(run.records),
  ]);
  return textTable(['run', 'status', 'reason', `started (${timezone})`, 'took', 'records'], rows);
}
