import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database of one test, on the server that the whole test run shares. */
export type TestDatabase = {
  url: string;
  /** Ends every connection to the database and drops it. */
  drop(): Promise<void>;
};

/** Creates a fresh, empty database with a name that no other test has. */
export async function createDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(`create database ${name}`);
  const url = new URL(adminUrl());
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => administer(`drop database if exists ${name} with (force)`),
  };
}

/** Gives `use` a fresh database, and drops it whatever happens. */
export async function withDatabase<Result>(use: (database: TestDatabase) => Promise<Result>): Promise<Result> {
  const database = await createDatabase();
  try {
    return await use(database);
  } finally {
    await database.drop();
  }
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl() });
  try {
    await client.connect();
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function adminUrl(): string {
  const url = process.env.NIGHTSHIFT_TEST_POSTGRES;
  if (!url)
    throw new Error('NIGHTSHIFT_TEST_POSTGRES is not set: run tests with npm test, whose set-up starts Postgres');
  return url;
}
