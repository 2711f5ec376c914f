import pg from 'pg';

/** One connection to the shop's database. */
export type Database = pg.Client;

/** How long a statement waits for a lock that another holds: the design sheet's 10 s. */
const lockTimeout = '10s';

/**
 * Connects to the database that `DATABASE_URL` names, runs `work` and disconnects.
 * Throws when the variable is missing or the connection fails; no message repeats the address.
 */
export async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const connectionString = process.env.DATABASE_URL;
  if (!connectionString) throw new Error('DATABASE_URL is not set; it names the shop database');
  const database = new pg.Client({ connectionString, application_name: 'ranking', connectionTimeoutMillis: 10_000 });
  // Without a listener a lost connection ends the process unexplained; the statement in flight rejects anyway.
  database.on('error', () => undefined);
  await database.connect();
  try {
    return await work(database);
  } finally {
    await database.end();
  }
}

/** Runs `work` in one transaction: all of it is committed or, after any error, none. Lock waits end after 10 s. */
export async function inTransaction<T>(database: Database, work: () => Promise<T>): Promise<T> {
  await database.query('begin');
  try {
    await database.query(`set local lock_timeout = '${lockTimeout}'`);
    const result = await work();
    await database.query('commit');
    return result;
  } catch (error) {
    // A connection that is gone has rolled back by itself, and the first error is the one to show.
    await database.query('rollback').catch(() => undefined);
    throw error;
  }
}
