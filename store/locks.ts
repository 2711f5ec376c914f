import { all, type Sql } from './database.ts';

/** One row of `lock_slots`. */
export interface SlotRow {
  name: string;
  slot: number;
  token: number;
  runId: string | null;
  leaseUntil: Date | null;
}

/**
 * One transaction at a time moves locks: askers, granters and releasers see each other whole, and cannot wait in a ring.
 * Runs with locks are few and these transactions short; runs without locks do not come here.
 */
export async function lockTheLocks(sql: Sql) {
  await sql.query(`select pg_advisory_xact_lock(hashtext('nightshift locks'))`);
}

/** A lock exists from its first use on, with one slot. */
export async function ensureSlots(sql: Sql, names: string[]) {
  await sql.query(
    `insert into lock_slots (name, slot) select name, 0 from unnest($1::text[]) as new (name)
     on conflict (name, slot) do nothing`,
    [names],
  );
}

/** Names of these locks that this run cannot have now: held by another run, or asked for earlier by one. */
export async function busyNames(sql: Sql, runId: string, names: string[]): Promise<{ name: string; holder: string }[]> {
  return all<{ name: string; holder: string }>(
    sql,
    `select s.name, s.run_id as holder from lock_slots s
     where s.name = any($2) and s.run_id is not null and s.run_id <> $1
     union all
     select other.name, other.run_id from waits other
     join waits own on own.run_id = $1 and own.kind = 'lock' and own.name = other.name
     where other.kind = 'lock' and other.met_at is null and other.run_id <> $1 and other.asked < own.asked
       and other.name = any($2)
     order by 1`,
    [runId, names],
  );
}

/** free → held, token + 1. A slot that the run holds already stays as it is. Gives name to token. */
export async function holdLocks(
  sql: Sql,
  runId: string,
  names: string[],
  leaseMs: number,
): Promise<Record<string, number>> {
  await sql.query(
    `update lock_slots set run_id = $1, token = token + 1, lease_until = now() + $3 * interval '1 ms'
     where name = any($2) and run_id is null`,
    [runId, names, leaseMs],
  );
  return heldTokens(sql, runId);
}

/** Name to fencing token of the locks that a run holds. */
export async function heldTokens(sql: Sql, runId: string): Promise<Record<string, number>> {
  const rows = await all<SlotRow>(sql, 'select name, token from lock_slots where run_id = $1', [runId]);
  return Object.fromEntries(rows.map((row) => [row.name, row.token]));
}

/** held → free. Gives the names. */
export async function releaseLocks(sql: Sql, runId: string): Promise<string[]> {
  const rows = await all<{ name: string }>(
    sql,
    'update lock_slots set run_id = null, lease_until = null where run_id = $1 returning name',
    [runId],
  );
  return rows.map((row) => row.name);
}

/** Runs that ask for any of these locks and do not have them yet, in order of asking, with all the locks that each wants. */
export function listAskers(sql: Sql, names: string[]) {
  return all<{ runId: string; names: string[]; timeoutMs: number }>(
    sql,
    `select w.run_id as "runId", array_agg(w.name) as names,
       (select (e.settings ->> 'timeoutMs')::float8 from executions e where e.run_id = w.run_id and e.status = 'open')
         as "timeoutMs"
     from waits w
     where w.kind = 'lock' and w.met_at is null
       and w.run_id in (select run_id from waits where kind = 'lock' and met_at is null and name = any($1))
     group by w.run_id order by min(w.asked)`,
    [names],
  );
}

/** Renews the leases of open runs by their job's timeout. */
export async function renewLeases(sql: Sql) {
  await sql.query(
    `update lock_slots l
     set lease_until = greatest(l.lease_until, now() + (e.settings ->> 'timeoutMs')::float8 * interval '1 ms')
     from executions e where e.run_id = l.run_id and e.status = 'open'`,
  );
}

/** Held locks whose lease has run out although their run is open: somebody should know; nothing is freed. */
export function listExpiredLeases(sql: Sql) {
  return all<{ name: string; runId: string }>(
    sql,
    `select name, run_id as "runId" from lock_slots where run_id is not null and lease_until < now()`,
    [],
  );
}

/** Locks that nobody holds and somebody asks for. */
export async function listFreeWanted(sql: Sql): Promise<string[]> {
  const rows = await all<{ name: string }>(
    sql,
    `select distinct w.name from waits w join lock_slots l on l.name = w.name
     where w.kind = 'lock' and w.met_at is null and l.run_id is null`,
    [],
  );
  return rows.map((row) => row.name);
}
