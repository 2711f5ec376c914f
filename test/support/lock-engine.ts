import { jobRegistry } from '../../config/job-registry.ts';
import { closeRun } from '../../engine/close-run.ts';
import type { Engine } from '../../engine/engine.ts';
import { type OpenAnswer, openRun } from '../../engine/open-run.ts';
import { startRun } from '../../engine/start-run.ts';
import type { Job } from '../../model/job.ts';
import { all, openDatabase } from '../../store/database.ts';
import { migrate } from '../../store/migrate.ts';
import { createDatabase } from './postgres.ts';
import { testTimings } from './test-timings.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The engine's moves against a database of their own: no Temporal, no AWS. */
export interface LockEngine {
  engine: Engine;
  databaseUrl: string;
  /** Starts a run and asks for its locks. */
  open(job: string, runKey: string): Promise<OpenAnswer['status']>;
  /** Asks again for the locks of a run that was started. */
  ask(runId: string): Promise<OpenAnswer['status']>;
  /** Ends a run as succeeded. */
  close(runId: string): Promise<void>;
  /** Who holds which slots: `<name> <slot> <run> <token>`, in order. */
  held(): Promise<string[]>;
  /** Makes the jobs anew, as a deployment does. */
  deploy(jobs: Job[]): void;
}

/** Gives `use` an engine with these jobs. */
export async function withLockEngine(jobs: Job[], use: (at: LockEngine) => Promise<void>): Promise<void> {
  const database = await createDatabase();
  await migrate(database.url);
  const db = openDatabase(database.url, () => undefined);
  const engine: Engine = {
    db,
    jobs: registry(jobs),
    project: { name: 'test', stage: 'local', timezone: 'Asia/Tokyo' },
    timings: testTimings,
    log: silent,
  };
  const ask = async (runId: string) => (await openRun(engine, { runId, execution: 1 })).status;
  try {
    await use({
      engine,
      databaseUrl: database.url,
      ask,
      open: async (job, runKey) => ask((await startRun(engine, { job, runKey, who: 'test' })).runId),
      async close(runId) {
        await closeRun(engine, { runId, execution: 1, outcome: { status: 'succeeded', result: null } });
      },
      async held() {
        const rows = await all<{ row: string }>(
          db,
          `select concat_ws(' ', name, slot, run_id, token) as row from lock_slots
           where run_id is not null order by name, slot`,
          [],
        );
        return rows.map(({ row }) => row);
      },
      deploy(fresh) {
        engine.jobs = registry(fresh);
      },
    });
  } finally {
    await db.end();
    await database.drop();
  }
}

function registry(jobs: Job[]) {
  return jobRegistry(jobs.map((job) => ({ job, file: `jobs/${job.id}.ts`, exportName: job.id })));
}
