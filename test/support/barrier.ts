import type { Database } from '../../store/database.ts';

/** Holds a lock of the database while `use` goes on, and lets go when it comes back. */
export async function holdingUp(db: Database, statement: string, use: () => Promise<void>): Promise<void> {
  const barrier = await db.connect();
  try {
    await barrier.query('begin');
    await barrier.query(statement);
    await use();
  } finally {
    await barrier.query('commit');
    barrier.release();
  }
}

/** How many transactions wait for a lock of the database. */
export async function heldUp(db: Database): Promise<number> {
  const blocked = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  return (await db.query(blocked)).rowCount ?? 0;
}
