import { all, type Sql } from './database.ts';

/** Who did what to a run. */
export async function writeAudit(sql: Sql, entry: { runId: string; who: string; action: string; reason?: string }) {
  await sql.query('insert into audit (run_id, who, action, reason) values ($1, $2, $3, $4)', [
    entry.runId,
    entry.who,
    entry.action,
    entry.reason ?? null,
  ]);
}

/** Who did what to a run, oldest first. */
export function listAudit(sql: Sql, runId: string) {
  return all<{ at: Date; who: string; action: string; reason: string | null }>(
    sql,
    'select at, who, action, reason from audit where run_id = $1 order by id',
    [runId],
  );
}
