import type { RunError } from '../model/failures.ts';
import type { RunStatus } from '../model/run-states.ts';
import { all, one, type Sql } from './database.ts';

/** One row of `runs`. Times are the database's. */
export interface RunRow {
  id: string;
  job: string;
  runKey: string;
  /** Its run key, or the business date of its instant. */
  date: string;
  status: RunStatus;
  reason: string | null;
  generation: number;
  input: unknown;
  waitUntil: Date | null;
  startedAt: Date | null;
  slowAt: Date | null;
  timeoutAt: Date | null;
  /** Until when `onFailure` may be at work; null before it begins. */
  handlerUntil: Date | null;
  endedAt: Date | null;
  /** The run whose `runJob` started this one; null when none did. */
  parent: string | null;
  result: unknown;
  error: RunError | null;
  records: number | null;
  createdAt: Date;
  /** A prerequisite has succeeded again since this run started; counts only when the run has succeeded. */
  staleSince: Date | null;
  /** False for runs of a backfill: their success starts no successor. */
  startsSuccessors: boolean;
}

const columns = `id, job, run_key as "runKey", coalesce(business_date, run_key) as date, status, reason, generation, input, wait_until as "waitUntil",
  started_at as "startedAt", slow_at as "slowAt", timeout_at as "timeoutAt", handler_until as "handlerUntil", ended_at as "endedAt", parent, result, error,
  records, created_at as "createdAt", stale_since as "staleSince", starts_successors as "startsSuccessors"`;

/** True for a run whose result was made before a prerequisite succeeded again. */
export function isStale({ status, staleSince }: Pick<RunRow, 'status' | 'staleSince'>): boolean {
  return status === 'succeeded' && staleSince !== null;
}

/** The run of this id; undefined when there is none. */
export function getRun(sql: Sql, id: string) {
  return one<RunRow>(sql, `select ${columns} from runs where id = $1`, [id]);
}

/** The runs of these ids that there are, by id. */
export async function getRuns(sql: Sql, ids: string[]): Promise<Map<string, RunRow>> {
  const rows = await all<RunRow>(sql, `select ${columns} from runs where id = any($1)`, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * Locks the runs in id order (the lock order of the whole engine) and reads them. `no key`: rows that refer to a run
 * (its waits, the locks that it is granted) are written by others meanwhile.
 */
export async function lockRuns(sql: Sql, ids: string[]): Promise<Map<string, RunRow>> {
  const rows = await all<RunRow>(sql, `select ${columns} from runs where id = any($1) order by id for no key update`, [
    ids,
  ]);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Makes the run as `expected` unless it is there. In id order, so that two who insert the same never wait in a ring. */
export async function insertExpected(sql: Sql, runs: { id: string; job: string; runKey: string; date?: string }[]) {
  const sorted = [...runs].sort((a, b) => (a.id < b.id ? -1 : 1));
  await sql.query(
    `insert into runs (id, job, run_key, business_date, status)
     select id, job, key, date, 'expected' from unnest($1::text[], $2::text[], $3::text[], $4::text[])
       as new (id, job, key, date)
     on conflict (id) do nothing`,
    [
      sorted.map((run) => run.id),
      sorted.map((run) => run.job),
      sorted.map((run) => run.runKey),
      sorted.map((run) => run.date ?? null),
    ],
  );
}

/** expected, or ended → waiting, with what the last execution left wiped out. */
export async function moveToWaiting(
  sql: Sql,
  run: {
    id: string;
    from: RunStatus;
    generation: number;
    input: unknown;
    waitMs: number;
    /** Default: as it was. */
    startsSuccessors?: boolean | undefined;
  },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update runs set status = 'waiting', reason = null, generation = $3, input = $4,
       wait_until = now() + $5 * interval '1 ms', started_at = null, slow_at = null, timeout_at = null,
       handler_until = null, ended_at = null, result = null, error = null, records = null, stale_since = null,
       starts_successors = coalesce($6, starts_successors)
     where id = $1 and status = $2`,
    [run.id, run.from, run.generation, JSON.stringify(run.input ?? null), run.waitMs, run.startsSuccessors ?? null],
  );
  return rowCount === 1;
}

/** waiting → running: all waits are met; the run's clocks start. */
export async function moveToRunning(sql: Sql, run: { id: string; slowAfterMs: number | null; timeoutMs: number }) {
  const { rowCount } = await sql.query(
    `update runs set status = 'running', started_at = now(), slow_at = now() + $2 * interval '1 ms',
       timeout_at = now() + $3 * interval '1 ms'
     where id = $1 and status = 'waiting'`,
    [run.id, run.slowAfterMs, run.timeoutMs],
  );
  return rowCount === 1;
}

/** waiting, running → stopping. False when another reason came first, or the run is not open. */
export async function moveToStopping(sql: Sql, id: string, reason: string, error: RunError | null) {
  const { rowCount } = await sql.query(
    `update runs set status = 'stopping', reason = $2, error = coalesce($3::json, error)
     where id = $1 and status in ('waiting', 'running')`,
    [id, reason, error === null ? null : JSON.stringify(error)],
  );
  return rowCount === 1;
}

/** expected → notRun: a start of the schedule that does not run. False when somebody else was faster. */
export async function moveToNotRun(sql: Sql, id: string, reason: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update runs set status = 'notRun', reason = $2, ended_at = now() where id = $1 and status = 'expected'`,
    [id, reason],
  );
  return rowCount === 1;
}

/** Status and reason of the runs that exist, by id. */
export async function listStatuses(sql: Sql, ids: string[]): Promise<Map<string, Pick<RunRow, 'status' | 'reason'>>> {
  const rows = await all<Pick<RunRow, 'id' | 'status' | 'reason'>>(
    sql,
    'select id, status, reason from runs where id = any($1)',
    [ids],
  );
  return new Map(rows.map(({ id, ...rest }) => [id, rest]));
}

/** An open run → ended. */
export async function moveToEnded(
  sql: Sql,
  run: { id: string; from: RunStatus; to: RunStatus; reason: string | null; result: unknown; records: number | null },
) {
  const { rowCount } = await sql.query(
    `update runs set status = $3, reason = $4, ended_at = now(), result = $5, records = $6 where id = $1 and status = $2`,
    [run.id, run.from, run.to, run.reason, run.result === undefined ? null : JSON.stringify(run.result), run.records],
  );
  return rowCount === 1;
}

/** Saves what went wrong, unless an earlier cause is already there. */
export async function setErrorIfNone(sql: Sql, id: string, error: RunError) {
  await sql.query(`update runs set error = $2 where id = $1 and error is null and status = 'stopping'`, [
    id,
    JSON.stringify(error),
  ]);
}

/** stopping: adds to what is known of what went wrong. */
export async function setError(sql: Sql, id: string, error: RunError) {
  await sql.query(`update runs set error = $2 where id = $1 and status = 'stopping'`, [id, JSON.stringify(error)]);
}

/** Runs whose status and date fit, newest date first. The status `stale` means succeeded and stale. */
export function listRuns(
  sql: Sql,
  filter: { job?: string | undefined; status?: string | undefined; since?: string | undefined; limit: number },
) {
  return all<RunRow>(
    sql,
    `select ${columns} from runs
     where ($1::text is null or job = $1) and ($3::text is null or run_key >= $3)
       and ($2::text is null or status = $2 or ($2 = 'stale' and status = 'succeeded' and stale_since is not null))
     order by run_key desc, job limit $4`,
    [filter.job ?? null, filter.status ?? null, filter.since ?? null, filter.limit],
  );
}

/** Ids of the jobs that have runs. */
export async function listJobsWithRuns(sql: Sql): Promise<string[]> {
  const rows = await all<{ job: string }>(sql, 'select distinct job from runs order by job', []);
  return rows.map((row) => row.job);
}

/** The record count of the newest succeeded run of the job before this key, or null. */
export async function lastRecords(sql: Sql, job: string, beforeKey: string): Promise<number | null> {
  const row = await one<{ records: number | null }>(
    sql,
    `select records from runs where job = $1 and run_key < $2 and status = 'succeeded' and records is not null
     order by run_key desc limit 1`,
    [job, beforeKey],
  );
  return row?.records ?? null;
}

/** Runs whose clock has run out, by what it was. */
export function listOverdue(sql: Sql) {
  return all<{ id: string; what: 'wait' | 'timeout' | 'slow' | 'handler' }>(
    sql,
    `select id, 'wait' as what from runs where status = 'waiting' and wait_until <= now()
     union all select id, 'timeout' from runs where status = 'running' and timeout_at <= now()
     union all select id, 'slow' from runs where status = 'running' and slow_at <= now()
     union all select id, 'handler' from runs where status = 'stopping' and handler_until <= now()`,
    [],
  );
}

/** The slow alert is raised once: its clock is taken away. */
export async function clearSlow(sql: Sql, id: string) {
  await sql.query('update runs set slow_at = null where id = $1', [id]);
}

/** Ids of the runs that have an open execution, newest first: the end of one may start the next. */
export async function listOpenRuns(sql: Sql): Promise<string[]> {
  const rows = await all<{ id: string }>(
    sql,
    `select id from runs where status in ('waiting', 'running', 'stopping') order by created_at desc, id desc`,
    [],
  );
  return rows.map((row) => row.id);
}
