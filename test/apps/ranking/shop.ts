import pg from 'pg';
import { type SeedOptions, seed } from '../../../apps/ranking/seed.ts';
import { withDatabase } from '../../support/postgres.ts';

/** A shop with little data: 2,000 users, 40,000 orders on the 60 days to 2026-11-21. */
export const littleData: SeedOptions = { users: 2_000, orders: 40_000 };

/** A database of one test, and a connection to it for looking and meddling. */
export interface Shop {
  databaseUrl: string;
  client: pg.Client;
}

/** Gives `use` a shop of its own, filled with little data unless told otherwise. */
export function withShop<T>(use: (shop: Shop) => Promise<T>, options: SeedOptions = littleData): Promise<T> {
  return withDatabase(async ({ url }) => {
    await seed(url, options);
    return withClient(url, (client) => use({ databaseUrl: url, client }));
  });
}

/** Gives `use` a connection and closes it. */
export async function withClient<T>(databaseUrl: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** All rows of a query, each as one text, so that tables can be compared whole. */
export async function texts(client: pg.Client, query: string): Promise<string[]> {
  const { rows } = await client.query<{ row: string }>(`select t::text as row from (${query}) t`);
  return rows.map(({ row }) => row);
}
