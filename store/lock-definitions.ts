import type { LockSettings } from '../model/settings.ts';
import type { Sql } from './database.ts';

/** What an asker says of a lock. Left out: as it is, and one slot when it is new. */
export type LockDefinition = Pick<LockSettings, 'name'> & Partial<Pick<LockSettings, 'slots' | 'external'>>;

/**
 * A lock exists from its first use on, with as many slots as its newest user says: a run that was started before the
 * job file was changed does not undo the change. The caller holds `lockTheLocks`.
 */
export async function defineLocks(sql: Sql, locks: LockDefinition[], since: Date) {
  for (const lock of locks) await writeDefinition(sql, lock, since);
  const names = locks.map((lock) => lock.name);
  await addSlots(sql, names);
  await dropSlots(sql, names);
}

async function writeDefinition(sql: Sql, lock: LockDefinition, since: Date) {
  await sql.query(
    `insert into locks as kept (name, slots, external, defined_at) values ($1, coalesce($2, 1), $3, $4)
     on conflict (name) do update
     set slots = coalesce($2, kept.slots), external = case when $2 is null then kept.external else $3 end,
       defined_at = excluded.defined_at
     where kept.defined_at <= excluded.defined_at`,
    [lock.name, lock.slots ?? null, lock.external ?? null, since],
  );
}

async function addSlots(sql: Sql, names: string[]) {
  await sql.query(
    `insert into lock_slots (name, slot)
     select name, slot from locks, generate_series(0, slots - 1) slot where name = any($1)
     on conflict (name, slot) do nothing`,
    [names],
  );
}

/** Takes away free slots above the limit; one that is held goes when it is free. The name keeps the last token. */
export async function dropSlots(sql: Sql, names: string[]) {
  await sql.query(
    `with dropped as (
       delete from lock_slots s using locks l
       where l.name = s.name and s.name = any($1) and s.run_id is null and s.slot >= l.slots
       returning s.name, s.token)
     update locks l set token = greatest(l.token, dropped.token) from dropped where dropped.name = l.name`,
    [names],
  );
}
