import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { PostgresServer } from '../local/postgres/start-postgres.ts';

/** A database of one benchmark. */
export interface BenchDatabase {
  url: string;
  /** Ends every connection to it and drops it. */
  drop(): Promise<void>;
}

/** Creates an empty database with a name of its own. */
export async function createDatabase(server: PostgresServer): Promise<BenchDatabase> {
  const name = `bench_${randomBytes(4).toString('hex')}`;
  await withClient(server.url(), (client) => client.query(`create database ${name}`));
  return {
    url: server.url(name),
    drop: async () => {
      await withClient(server.url(), (client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}

/** Gives `use` one connection, and closes it. */
export async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  // A lost connection also rejects the statement in flight, which is where it is handled.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
