import { all, one, type Sql } from './database.ts';

/** One row of `schedules`: from when on starts of a job are to be expected, and since when somebody has watched without a hole. */
export interface WatchedSchedule {
  job: string;
  since: Date;
  watchedFrom: Date;
  /** The database's time at this look. */
  now: Date;
}

/** Takes the jobs whose schedules are due to be looked at, so that one worker looks at each; those that are new are due. */
export async function claimDueSchedules(sql: Sql, jobs: string[], lookMs: number): Promise<string[]> {
  const rows = await all<{ job: string }>(
    sql,
    `insert into schedules (job, since, next_look_at)
     select job, 'infinity', now() + $2 * interval '1 ms' from unnest($1::text[]) as known (job) order by job
     on conflict (job) do update set next_look_at = excluded.next_look_at where schedules.next_look_at <= now()
     returning job`,
    [jobs, lookMs],
  );
  return rows.map((row) => row.job);
}

/**
 * Keeps what Temporal has said. `since`: made or changed then; earlier starts are not expected. While it is paused (and
 * when it is not there, `since` null) nothing is. A hole in the looks longer than `holeMs` begins the watch anew.
 */
export function keepSchedule(
  sql: Sql,
  seen: { job: string; since: Date | null; paused: boolean; holeMs: number },
): Promise<WatchedSchedule | undefined> {
  return one<WatchedSchedule>(
    sql,
    `update schedules set
       since = case when $2::timestamptz is null then 'infinity' when $3 then now()
                    when since = 'infinity' then $2 else greatest(since, $2) end,
       watched_from = case when looked_at < now() - $4 * interval '1 ms' then now() else watched_from end,
       looked_at = now(), paused = $3
     where job = $1
     returning job, case when since = 'infinity' then now() else since end as since, watched_from as "watchedFrom", now()`,
    [seen.job, seen.since, seen.paused, seen.holeMs],
  );
}

/** Starts before this are settled: they came, or an alert was raised. */
export async function settleStarts(sql: Sql, job: string, until: Date) {
  await sql.query(`update schedules set since = greatest(since, $2) where job = $1 and since <> 'infinity'`, [
    job,
    until,
  ]);
}
