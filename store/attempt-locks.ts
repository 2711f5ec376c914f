import { one, type Sql } from './database.ts';

/** Writes down under which locks of `withLock` an attempt works. */
export async function insertAttemptLocks(sql: Sql, attemptId: string, names: string[]) {
  await sql.query('insert into attempt_locks (attempt_id, name) select $1, unnest($2::text[])', [attemptId, names]);
}

/** Attempts of a run that were started under this lock and whose work may still be going on. */
export async function countLiveUnder(sql: Sql, runId: string, name: string): Promise<number> {
  const row = await one<{ count: number }>(
    sql,
    `select count(*) from attempt_locks l
     join attempts a on a.id = l.attempt_id join steps s on s.id = a.step_id
     where l.name = $2 and s.run_id = $1 and a.status in ('starting', 'running', 'stopping')`,
    [runId, name],
  );
  return row?.count ?? 0;
}
