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

/**
 * Locks that this run asks for and does not have yet, and those that the runs ask for that it waits for, by name.
 */
export async function locksAskedBelow(sql: Sql, runId: string): Promise<string[]> {
  const rows = await all<{ name: string }>(
    sql,
    `with recursive down (id, depth) as (
       select $1::text, 0
       union
       select w.name, down.depth + 1 from waits w join down on w.run_id = down.id
       where w.kind = 'run' and w.met_at is null and down.depth < 1000)
     select distinct name from waits where kind = 'lock' and met_at is null and run_id in (select id from down) order by name`,
    [runId],
  );
  return rows.map((row) => row.name);
}

/**
 * Runs in line for a lock that a holder of any lock waits for count as holding, too: nothing of that is freed before
 * they end. Gives the locks that those ask for whose count has changed.
 */
export async function noteHolding(sql: Sql): Promise<string[]> {
  const rows = await all<{ name: string }>(
    sql,
    `with recursive held (id, depth) as (
       select distinct run_id, 0 from lock_slots where run_id is not null
       union
       select w.name, held.depth + 1 from waits w join held on w.run_id = held.id
       where w.kind = 'run' and w.met_at is null and held.depth < 1000)
     update waits set holding = true
     where kind = 'lock' and met_at is null and not holding and run_id in (select id from held where depth > 0)
     returning name`,
    [],
  );
  return [...new Set(rows.map((row) => row.name))];
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
