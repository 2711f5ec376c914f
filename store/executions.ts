import type { RunSettings } from '../model/settings.ts';
import { all, one, type Sql } from './database.ts';

/** One row of `executions`. */
export interface ExecutionRow {
  runId: string;
  number: number;
  status: 'open' | 'closed';
  closedAs: string | null;
  /** Of the bundle of the worker that serves it, or is meant to; null before one does. */
  bundleHash: string | null;
  settings: RunSettings;
  /** `schedule`, a person, a prerequisite. */
  startedBy: string;
  createdAt: Date;
  endedAt: Date | null;
}

const columns = `run_id as "runId", number, status, closed_as as "closedAs", bundle_hash as "bundleHash", settings,
  started_by as "startedBy", created_at as "createdAt",
  ended_at as "endedAt"`;

/** Opens the next execution of a run whose row the caller has locked; gives its number. */
export async function openExecution(
  sql: Sql,
  execution: { runId: string; settings: RunSettings; startedBy: string; lookMs: number },
): Promise<number> {
  const row = await one<{ number: number }>(
    sql,
    `insert into executions (run_id, number, status, settings, started_by, next_look_at)
     select $1, coalesce(max(number), 0) + 1, 'open', $2, $3, now() + $4 * interval '1 ms'
     from executions where run_id = $1
     returning number`,
    [execution.runId, JSON.stringify(execution.settings), execution.startedBy, execution.lookMs],
  );
  if (row === undefined) throw new Error(`No execution was opened for ${execution.runId}`);
  return row.number;
}

/** The newest execution of a run; undefined for a run that was only expected. */
export function latestExecution(sql: Sql, runId: string) {
  return one<ExecutionRow>(sql, `select ${columns} from executions where run_id = $1 order by number desc limit 1`, [
    runId,
  ]);
}

/** open → closed. False when it was not open. */
export async function closeExecution(sql: Sql, runId: string, number: number, closedAs: 'ended' | 'superseded') {
  const { rowCount } = await sql.query(
    `update executions set status = 'closed', closed_as = $3, ended_at = now()
     where run_id = $1 and number = $2 and status = 'open'`,
    [runId, number, closedAs],
  );
  return rowCount === 1;
}

/** Open executions that are due to be described in Temporal; the next look is pushed ahead, so that one worker takes each. */
export function claimDueLooks(sql: Sql, lookMs: number) {
  return all<{ runId: string; number: number; lostSince: Date | null }>(
    sql,
    `update executions set next_look_at = now() + $1 * interval '1 ms'
     where (run_id, number) in (
       select run_id, number from executions where status = 'open' and next_look_at <= now()
       order by next_look_at limit 100 for update skip locked)
     returning run_id as "runId", number, lost_since as "lostSince"`,
    [lookMs],
  );
}

/** Looks at this execution again soon. */
export async function lookSoon(sql: Sql, runId: string, number: number, inMs: number) {
  await sql.query(
    `update executions set next_look_at = least(next_look_at, now() + $3 * interval '1 ms')
     where run_id = $1 and number = $2`,
    [runId, number, inMs],
  );
}

/** Temporal did not know the execution. */
export async function markLost(sql: Sql, runId: string, number: number) {
  await sql.query('update executions set lost_since = coalesce(lost_since, now()) where run_id = $1 and number = $2', [
    runId,
    number,
  ]);
}

/** All executions of a run, first to last. */
export function listExecutions(sql: Sql, runId: string) {
  return all<ExecutionRow>(sql, `select ${columns} from executions where run_id = $1 order by number`, [runId]);
}

/** Every open execution, as a server that lost its memory finds them. */
export function listOpenExecutions(sql: Sql) {
  return all<{ runId: string; number: number }>(
    sql,
    `select run_id as "runId", number from executions where status = 'open' order by run_id`,
    [],
  );
}
