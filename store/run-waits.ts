import { all, type Sql } from './database.ts';

/** Runs that wait for the end of this one, and those that wait for them, the nearest last. */
export async function listAncestors(sql: Sql, runId: string): Promise<string[]> {
  const rows = await all<{ id: string }>(
    sql,
    `with recursive up (id, depth) as (
       select run_id, 1 from waits where kind = 'run' and name = $1 and met_at is null
       union
       select w.run_id, up.depth + 1 from waits w join up on w.name = up.id
       where w.kind = 'run' and w.met_at is null and up.depth < 1000)
     select id from up group by id order by max(depth) desc, id`,
    [runId],
  );
  return rows.map((row) => row.id);
}

/** This run was started by the other's `runJob`: it is stopped together with it. */
export async function setParent(sql: Sql, runId: string, parent: string) {
  await sql.query('update runs set parent = $2 where id = $1', [runId, parent]);
}

/** The waits for this run's end are met; gives who waits. */
export async function meetRunWaits(sql: Sql, runId: string): Promise<string[]> {
  const rows = await all<{ id: string }>(
    sql,
    `update waits set met_at = coalesce(met_at, now()) where kind = 'run' and name = $1 returning run_id as id`,
    [runId],
  );
  return rows.map((row) => row.id).sort();
}

/** Open runs that a run started which is itself stopping or over. */
export function listOrphans(sql: Sql) {
  return all<{ id: string; parent: string }>(
    sql,
    `select r.id, r.parent from runs r join runs p on p.id = r.parent
     where r.status in ('waiting', 'running') and p.status not in ('waiting', 'running') order by r.id`,
    [],
  );
}
