import { all, type Sql } from './database.ts';

/**
 * One transaction at a time moves locks: askers, granters and releasers see each other whole, and cannot wait in a ring.
 * Runs with locks are few and these transactions short; runs without locks do not come here.
 */
export async function lockTheLocks(sql: Sql) {
  await sql.query(`select pg_advisory_xact_lock(hashtext('nightshift locks'))`);
}

/**
 * Who keeps this run from having these locks now: for each name whose slots are all spoken for, its holders, and those
 * who asked earlier. A run that holds another lock, or that a holder waits for, is not kept waiting by one that
 * holds none: the latter may wait for just what the former holds.
 */
export async function busyNames(sql: Sql, runId: string, names: string[]): Promise<{ name: string; holder: string }[]> {
  return all<{ name: string; holder: string }>(
    sql,
    `select name, holder from (
       select ahead.name, holder, count(*) over (partition by ahead.name) as spoken_for, coalesce(l.slots, 1) as slots
       from (
         select name, run_id as holder from lock_slots
         where name = any($2) and run_id is not null and (run_id <> $1 or latch = 'releasing')
         union
         select other.name, other.run_id from waits other
         join waits own on own.run_id = $1 and own.kind = 'lock' and own.name = other.name
         where other.kind = 'lock' and other.met_at is null and other.run_id <> $1 and other.asked < own.asked
           and (other.holding or not own.holding) and other.name = any($2)
       ) ahead left join locks l on l.name = ahead.name
     ) counted where spoken_for >= slots order by name, holder`,
    [runId, names],
  );
}

/**
 * free → held, one slot of each name; the token is the name's last one + 1. What the run holds already stays as it is.
 * A lock with an external latch is held once the latch is, too.
 */
export async function holdLocks(
  sql: Sql,
  hold: { runId: string; names: string[]; leaseMs: number; execution?: number | undefined },
) {
  await sql.query(
    `with free as (
       select distinct on (s.name) s.name, s.slot from lock_slots s
       where s.name = any($2) and s.run_id is null
         and not exists (select 1 from lock_slots own where own.name = s.name and own.run_id = $1)
       order by s.name, s.slot),
     counted as (
       update locks l
       set token = greatest(l.token, (select max(s.token) from lock_slots s where s.name = l.name)) + 1
       from free where l.name = free.name
       returning l.name, free.slot, l.token, l.external)
     update lock_slots s
     set run_id = $1, token = counted.token, execution = $4, held_since = now(),
       lease_until = now() + $3 * interval '1 ms',
       latch = case when counted.external is not null then 'wanted' end,
       latch_due_at = case when counted.external is not null then now() end
     from counted where s.name = counted.name and s.slot = counted.slot and s.run_id is null`,
    [hold.runId, hold.names, hold.leaseMs, hold.execution ?? null],
  );
}

/** Name to fencing token of the locks that a run holds. One whose external latch is not taken yet is not held. */
export async function heldTokens(sql: Sql, runId: string): Promise<Record<string, number>> {
  const rows = await all<{ name: string; token: number }>(
    sql,
    `select name, token from lock_slots where run_id = $1 and (latch is null or latch = 'held') order by name`,
    [runId],
  );
  return Object.fromEntries(rows.map((row) => [row.name, row.token]));
}

/** A slot that was granted to a run. */
export interface GrantedSlot {
  name: string;
  token: number;
  /** The execution whose `withLock` holds it; null: held for the whole run. */
  execution: number | null;
  latch: 'wanted' | 'held' | null;
  /** A program outside Nightshift has the latch. */
  latchBusy: boolean;
}

/** The slots that were granted to a run, by name. */
export function grantedSlots(sql: Sql, runId: string): Promise<GrantedSlot[]> {
  return all<GrantedSlot>(
    sql,
    `select name, token, execution, latch, latch_busy_since is not null as "latchBusy" from lock_slots
     where run_id = $1 and latch is distinct from 'releasing' order by name`,
    [runId],
  );
}

/** Which of these runs hold locks, and which, the last name first. */
export function locksOf(sql: Sql, runIds: string[]) {
  return all<{ name: string; runId: string }>(
    sql,
    `select name, run_id as "runId" from lock_slots where run_id = any($1) order by name desc, run_id`,
    [runIds],
  );
}

/** A part of the open execution goes on holding what a part of an earlier one held. */
export async function adoptSlot(sql: Sql, runId: string, name: string, execution: number) {
  await sql.query(
    `update lock_slots set execution = $3
     where run_id = $1 and name = $2 and execution is not null and latch is distinct from 'releasing'`,
    [runId, name, execution],
  );
}

/** held → free, but for slots with an external latch, which is released first. Gives the names. */
export async function releaseLocks(sql: Sql, runId: string, names: string[] | null = null): Promise<string[]> {
  const rows = await all<{ name: string }>(
    sql,
    `update lock_slots set run_id = null, lease_until = null, execution = null, held_since = null
     where run_id = $1 and latch is null and ($2::text[] is null or name = any($2)) returning name`,
    [runId, names],
  );
  return rows.map((row) => row.name);
}

/** Runs that ask for any of these locks and do not have them yet, in order of asking, with all the locks that each wants. */
export function listAskers(sql: Sql, names: string[]) {
  return all<{ runId: string; names: string[]; timeoutMs: number; status: string; execution: number }>(
    sql,
    `select w.run_id as "runId", array_agg(w.name) as names, r.status, e.number as execution,
       (e.settings ->> 'timeoutMs')::float8 as "timeoutMs"
     from waits w join runs r on r.id = w.run_id join executions e on e.run_id = w.run_id and e.status = 'open'
     where w.kind = 'lock' and w.met_at is null
       and w.run_id in (select run_id from waits where kind = 'lock' and met_at is null and name = any($1))
     group by w.run_id, r.status, e.number, e.settings ->> 'timeoutMs' order by min(w.asked)`,
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
    `select name, run_id as "runId" from lock_slots
     where run_id is not null and latch is distinct from 'releasing' and lease_until < now()`,
    [],
  );
}

/** True when one of these locks has fewer holders than slots. */
export async function anyFree(sql: Sql, names: string[]): Promise<boolean> {
  const rows = await all<{ name: string }>(
    sql,
    `select l.name from locks l
     where l.name = any($1)
       and l.slots > (select count(*) from lock_slots s where s.name = l.name and s.run_id is not null) limit 1`,
    [names],
  );
  return rows.length > 0;
}

/** Locks of which a slot is free and which somebody asks for. */
export async function listFreeWanted(sql: Sql): Promise<string[]> {
  const rows = await all<{ name: string }>(
    sql,
    `select distinct w.name from waits w join locks l on l.name = w.name
     where w.kind = 'lock' and w.met_at is null
       and l.slots > (select count(*) from lock_slots s where s.name = w.name and s.run_id is not null)`,
    [],
  );
  return rows.map((row) => row.name);
}
