import { all, type Sql } from './database.ts';

/** wanted, held → releasing: the external latch goes first, then the slot. True when there is one to release. */
export async function beginLatchRelease(sql: Sql, runId: string, names: string[] | null = null): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update lock_slots set latch = 'releasing', latch_due_at = now(), latch_busy_since = null
     where run_id = $1 and latch in ('wanted', 'held') and ($2::text[] is null or name = any($2))`,
    [runId, names],
  );
  return (rowCount ?? 0) > 0;
}

/** A slot whose external latch is to be taken, renewed or released. */
export interface LatchedSlot {
  name: string;
  slot: number;
  token: number;
  runId: string;
  latch: 'wanted' | 'held' | 'releasing';
  external: 'redis' | 'dynamodb';
  /** Somebody was told that a program outside has it. */
  busy: boolean;
  /** The lease: the job's timeout. */
  timeoutMs: number;
}

const columns = `s.name, s.slot, s.token, s.run_id as "runId", s.latch, l.external, s.latch_busy_since is not null as busy,
  coalesce((select (e.settings ->> 'timeoutMs')::float8 from executions e
            where e.run_id = s.run_id order by number desc limit 1), 0) as "timeoutMs"`;

/** Names of locks whose external latch is due to be looked after. */
export async function listDueLatches(sql: Sql): Promise<string[]> {
  const rows = await all<{ name: string }>(
    sql,
    'select name from lock_slots where latch is not null and latch_due_at <= now() order by latch_due_at limit 100',
    [],
  );
  return rows.map((row) => row.name);
}

/**
 * False when another process looks after this lock's latch. Held until the transaction's end: a process that dies or
 * stands still with a call under way keeps the others off until its connection is gone.
 */
export async function claimLatch(sql: Sql, name: string): Promise<boolean> {
  const rows = await all<{ got: boolean }>(
    sql,
    `select pg_try_advisory_xact_lock(hashtext('nightshift latch'), hashtext($1)) as got`,
    [name],
  );
  return rows[0]?.got === true;
}

/** The slot as it is now, when it is still due. The caller has claimed the latch. */
export async function readDueLatch(sql: Sql, name: string): Promise<LatchedSlot | undefined> {
  const rows = await all<LatchedSlot>(
    sql,
    `select ${columns} from lock_slots s join locks l on l.name = s.name
     where s.name = $1 and s.latch is not null and s.latch_due_at <= now() and l.external is not null`,
    [name],
  );
  return rows[0];
}

/** wanted → held, or held again. False when the slot has moved on: it is being released. */
export async function latchHeld(sql: Sql, slot: LatchedSlot, againMs: number): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update lock_slots set latch = 'held', latch_busy_since = null, latch_due_at = now() + $4 * interval '1 ms'
     where name = $1 and slot = $2 and token = $3 and latch in ('wanted', 'held')`,
    [slot.name, slot.slot, slot.token, againMs],
  );
  return rowCount === 1;
}

/** A program outside has it: looked at again later. */
export async function latchBusy(sql: Sql, slot: LatchedSlot, againMs: number) {
  await sql.query(
    `update lock_slots set latch_busy_since = coalesce(latch_busy_since, now()), latch_due_at = now() + $4 * interval '1 ms'
     where name = $1 and slot = $2 and token = $3 and latch in ('wanted', 'held')`,
    [slot.name, slot.slot, slot.token, againMs],
  );
}

/** releasing → free. The caller holds `lockTheLocks`, and has released the latch. */
export async function latchReleased(sql: Sql, slot: Pick<LatchedSlot, 'name' | 'slot' | 'token'>) {
  await sql.query(
    `update lock_slots
     set run_id = null, lease_until = null, execution = null, held_since = null, latch = null, latch_due_at = null,
       latch_busy_since = null
     where name = $1 and slot = $2 and token = $3 and latch = 'releasing'`,
    [slot.name, slot.slot, slot.token],
  );
}
