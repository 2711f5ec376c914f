import type { RunStatus } from '../model/run-states.ts';
import type { Sql } from './database.ts';

/** expected, or ended without success → succeeded, on a person's word. Its error stays, as what was overruled. */
export async function moveToMarked(sql: Sql, id: string, from: RunStatus): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update runs set status = 'succeeded', reason = 'marked', ended_at = now(), stale_since = null
     where id = $1 and status = $2`,
    [id, from],
  );
  return rowCount === 1;
}

/** expected → notRun: it is not to run for this key. */
export async function moveToSkipped(sql: Sql, id: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update runs set status = 'notRun', reason = 'skipped', ended_at = now() where id = $1 and status = 'expected'`,
    [id],
  );
  return rowCount === 1;
}

/**
 * A prerequisite of these runs has succeeded: those that succeeded before it are stale, and those that are at work
 * will be once they succeed. The first time stays.
 */
export async function markStale(sql: Sql, ids: string[]) {
  await sql.query(
    `update runs set stale_since = coalesce(stale_since, now())
     where id = any($1) and status in ('running', 'stopping', 'succeeded')`,
    [ids],
  );
}

/** A person says that the run's result still holds. */
export async function clearStale(sql: Sql, id: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update runs set stale_since = null where id = $1 and status = 'succeeded' and stale_since is not null`,
    [id],
  );
  return rowCount === 1;
}
