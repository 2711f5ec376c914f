import { all, one, type Sql } from './database.ts';

/** Raises an alert once per run and rule. True when it is new. */
export async function raiseAlert(
  sql: Sql,
  alert: { runId: string; rule: string; channels: readonly string[]; detail?: unknown },
): Promise<boolean> {
  const row = await one<{ key: string }>(
    sql,
    `insert into alerts (run_id, rule, key, channels, detail) values ($1, $2, $1 || ':' || $2, $3, $4)
     on conflict (run_id, rule) do nothing returning key`,
    [alert.runId, alert.rule, [...alert.channels], alert.detail === undefined ? null : JSON.stringify(alert.detail)],
  );
  return row !== undefined;
}

/** The alerts that were raised for a run, oldest first. */
export function listAlerts(sql: Sql, runId: string) {
  return all<{ rule: string; channels: string[]; detail: unknown; createdAt: Date }>(
    sql,
    `select rule, channels, detail, created_at as "createdAt" from alerts where run_id = $1 order by created_at`,
    [runId],
  );
}
