import type { Engine } from '../../engine/engine.ts';
import { startRun } from '../../engine/start-run.ts';
import { defaultTimings } from '../../model/timings.ts';
import { type Database, openDatabase } from '../../store/database.ts';
import { migrate } from '../../store/migrate.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { testJobs } from '../support/test-jobs.ts';
import { cli, type Finished } from './cli.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What the tests of a file have for commands that need nothing but the database. */
export interface Runs {
  /** Runs `nightshift ...` against the database, to its end. */
  cli(...args: string[]): Promise<Finished>;
  db(): Database;
  engine(): Engine;
  /** Asks for a run. */
  start(job: string, runKey: string): Promise<unknown>;
  /** Puts a run into the database as it would be in this state. */
  put(run: { id: string; status: string; reason?: string }): Promise<void>;
}

/** A fresh migrated database for each test of the file. */
export function withRuns(): Runs {
  let database: TestDatabase;
  let db: Database;
  let engine: Engine;
  beforeEach(async () => {
    database = await createDatabase();
    await migrate(database.url);
    db = openDatabase(database.url, () => undefined);
    const project = { name: 'test', stage: 'local', timezone: 'Asia/Tokyo' };
    engine = { db, jobs: testJobs(), project, timings: defaultTimings, log: silent };
  });
  afterEach(async () => {
    await db.end();
    await database.drop();
  });
  return {
    cli: (...args) => cli(args, { env: { DATABASE_URL: database.url } }),
    db: () => db,
    engine: () => engine,
    start: (job, runKey) => startRun(engine, { job, runKey, who: 'test' }),
    async put({ id, status, reason }) {
      const [job, runKey] = id.split('/');
      await db.query('insert into runs (id, job, run_key, status, reason) values ($1, $2, $3, $4, $5)', [
        id,
        job,
        runKey,
        status,
        reason ?? null,
      ]);
    },
  };
}
