import { all, one, type Sql } from './database.ts';

/** One transaction at a time starts, lets run or ends runs of this job that its schedule has started. Taken after run rows, before locks. */
export async function lockTheStarts(sql: Sql, job: string) {
  await sql.query(`select pg_advisory_xact_lock(hashtext('nightshift starts'), hashtext($1))`, [job]);
}

/** Ids of the other open runs of the job that the schedule has started. */
export async function openOfSchedule(sql: Sql, job: string, runId: string): Promise<string[]> {
  const rows = await all<{ id: string }>(
    sql,
    `select r.id from runs r join executions e on e.run_id = r.id and e.status = 'open' and e.started_by = 'schedule'
     where r.job = $1 and r.id <> $2 order by r.id`,
    [job, runId],
  );
  return rows.map((row) => row.id);
}

/**
 * Ids of those that this run has to let go first: they run, or they wait as this one does for a key that is earlier.
 * One that still waits for its prerequisites keeps nobody back.
 */
export async function aheadOfSchedule(sql: Sql, run: { id: string; job: string; runKey: string }): Promise<string[]> {
  const rows = await all<{ id: string }>(
    sql,
    `select r.id from runs r join executions e on e.run_id = r.id and e.status = 'open' and e.started_by = 'schedule'
     left join waits w on w.run_id = r.id and w.kind = 'overlap'
     where r.job = $1 and r.id <> $2
       and (r.status in ('running', 'stopping') or (r.status = 'waiting' and w.run_id is not null and r.run_key < $3))
     order by r.run_key`,
    [run.job, run.id, run.runKey],
  );
  return rows.map((row) => row.id);
}

/** Runs of the job that wait for another one of it to end, earliest key first. */
export async function listOverlapWaits(sql: Sql, job: string): Promise<string[]> {
  const rows = await all<{ id: string }>(
    sql,
    `select r.id from waits w join runs r on r.id = w.run_id where w.kind = 'overlap' and w.name = $1 order by r.run_key`,
    [job],
  );
  return rows.map((row) => row.id);
}

/** The run waits no longer, or not yet, for another one of its job. True when it did. */
export async function deleteOverlapWait(sql: Sql, runId: string): Promise<boolean> {
  const row = await one<{ name: string }>(
    sql,
    `delete from waits where run_id = $1 and kind = 'overlap' returning name`,
    [runId],
  );
  return row !== undefined;
}
