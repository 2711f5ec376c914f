import { all, one, type Sql } from './database.ts';

export type WaitKind = 'prerequisite' | 'lock' | 'clock' | 'overlap' | 'run';

/** One row of `waits`: what a run waits for. `name`: job id (or run id, of a prerequisite by business date), lock name, time, or the own job. */
export interface WaitRow {
  kind: WaitKind;
  name: string;
  ifBusy: string | null;
  dueAt: Date | null;
  metAt: Date | null;
}

/**
 * Registers a wait; a repeat keeps the place in the order of asking. Also kept: whether a lock was held when it asked, by
 * the run itself or by one that waits for it, at however many removes.
 */
export async function insertWait(
  sql: Sql,
  wait: { runId: string; kind: WaitKind; name: string; ifBusy?: string; dueAt?: Date },
) {
  await sql.query(
    `insert into waits (run_id, kind, name, if_busy, due_at, holding)
     with recursive up (id, depth) as (
       select $1::text, 0
       union
       select w.run_id, up.depth + 1 from waits w join up on w.name = up.id
       where w.kind = 'run' and w.met_at is null and up.depth < 1000)
     select $1, $2, $3, $4, $5, exists (select 1 from lock_slots where run_id in (select id from up))
     on conflict (run_id, kind, name) do update set met_at = null where waits.kind = 'run'`,
    [wait.runId, wait.kind, wait.name, wait.ifBusy ?? null, wait.dueAt ?? null],
  );
}

/** What a run waits for or has waited for, in order of asking. */
export function listWaits(sql: Sql, runId: string) {
  return all<WaitRow>(
    sql,
    `select kind, name, if_busy as "ifBusy", due_at as "dueAt", met_at as "metAt" from waits
     where run_id = $1 order by asked`,
    [runId],
  );
}

/** Marks waits of a run as met. */
export async function meetWaits(sql: Sql, runId: string, kind: WaitKind, names: string[]) {
  await sql.query(
    'update waits set met_at = now() where run_id = $1 and kind = $2 and name = any($3) and met_at is null',
    [runId, kind, names],
  );
}

/** Marks the run's clock wait as met when its time has come. True when it is met. */
export async function meetClock(sql: Sql, runId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update waits set met_at = coalesce(met_at, now()) where run_id = $1 and kind = 'clock' and due_at <= now()`,
    [runId],
  );
  return rowCount === 1;
}

/** Clock waits whose time has come are met; gives their runs. */
export async function meetDueClocks(sql: Sql): Promise<string[]> {
  const rows = await all<{ runId: string }>(
    sql,
    `update waits set met_at = now() where kind = 'clock' and met_at is null and due_at <= now()
     returning run_id as "runId"`,
    [],
  );
  return rows.map((row) => row.runId);
}

/** Runs that wait for this one: those of the same key that name its job, and those that name itself. */
export async function listWaitingFor(sql: Sql, run: { id: string; job: string; runKey: string }): Promise<string[]> {
  const rows = await all<{ id: string }>(
    sql,
    `select r.id from waits w join runs r on r.id = w.run_id
     where w.kind = 'prerequisite' and ((w.name = $1 and r.run_key = $2) or w.name = $3) order by r.id`,
    [run.job, run.runKey, run.id],
  );
  return rows.map((row) => row.id);
}

/** How many runs of a business date this one still waits for. */
export async function countUnmetDays(sql: Sql, runId: string): Promise<number> {
  const row = await one<{ count: number }>(
    sql,
    `select count(*)::integer as count from waits
     where run_id = $1 and kind = 'prerequisite' and name like '%/%' and met_at is null`,
    [runId],
  );
  return row?.count ?? 0;
}

/** The run asks for these locks (default: any) no more; it may ask again, at the end of the line. */
export async function deleteLockWaits(sql: Sql, runId: string, names: string[] | null = null) {
  await sql.query(`delete from waits where run_id = $1 and kind = 'lock' and ($2::text[] is null or name = any($2))`, [
    runId,
    names,
  ]);
}

/** Gone at the own end. */
export async function deleteWaits(sql: Sql, runId: string) {
  await sql.query('delete from waits where run_id = $1', [runId]);
}
