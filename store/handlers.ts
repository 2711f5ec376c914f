import { one, type Sql } from './database.ts';

/** stopping: the handler's time begins, unless it has begun. True while some of it is left. */
export async function beginHandlerTime(sql: Sql, runId: string, limitMs: number): Promise<boolean> {
  const row = await one<{ open: boolean }>(
    sql,
    `update runs set handler_until = coalesce(handler_until, now() + $2 * interval '1 ms')
     where id = $1 and status = 'stopping' returning handler_until > now() as open`,
    [runId, limitMs],
  );
  return row?.open ?? false;
}

/** True while the run's handler may start work. */
export async function isHandlerTime(sql: Sql, runId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `select 1 from runs where id = $1 and status = 'stopping' and handler_until > now()`,
    [runId],
  );
  return rowCount === 1;
}
