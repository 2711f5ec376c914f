import pg from 'pg';
import { type DatabaseAddress, loginOptions, rotates } from './database-login.ts';
import { RotatingPool } from './rotating-pool.ts';

/** What a query function needs: the pool, or a client inside a transaction. */
export interface Sql {
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<Row>>;
}

export type Database = pg.Pool;

/** bigint columns hold counts, ids and tokens far below 2^53: numbers are safe and plain. */
const int8 = 20;
const types = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** Opens a pool. A connection that dies while idle is replaced at the next query, so its error is only reported. */
export function openDatabase(address: DatabaseAddress, onIdleError: (error: Error) => void, max = 10): Database {
  const options = {
    ...loginOptions(address),
    max,
    types,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    application_name: 'nightshift',
  };
  const pool = rotates(address) ? new RotatingPool(address, options) : new pg.Pool(options);
  pool.on('error', onIdleError);
  return pool;
}

/** Runs `work` in one transaction: committed when it returns, rolled back when it throws. */
export async function withTransaction<T>(pool: Database, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection that dies between two queries: without a listener that would end the process. The next query says so.
  const onDeath = (error: Error) => {
    broken = error;
  };
  client.on('error', onDeath);
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollback: Error) => {
      broken = rollback;
    });
    throw error;
  } finally {
    client.off('error', onDeath);
    client.release(broken);
  }
}

/** The first row, or undefined. */
export async function one<Row extends pg.QueryResultRow>(sql: Sql, text: string, values: unknown[]) {
  return (await sql.query<Row>(text, values)).rows[0];
}

/** All rows. */
export async function all<Row extends pg.QueryResultRow>(sql: Sql, text: string, values: unknown[]) {
  return (await sql.query<Row>(text, values)).rows;
}
