import { jobRegistry } from '../../config/job-registry.ts';
import { closeRun } from '../../engine/close-run.ts';
import type { Engine } from '../../engine/engine.ts';
import { openRun } from '../../engine/open-run.ts';
import { startScheduled } from '../../engine/start-scheduled.ts';
import type { Job } from '../../model/job.ts';
import { type Database, openDatabase } from '../../store/database.ts';
import { migrate } from '../../store/migrate.ts';
import { getRun } from '../../store/runs.ts';
import { withDatabase } from '../support/postgres.ts';
import { testTimings } from '../support/test-timings.ts';

/** The moves of some jobs on a database of their own, without Temporal: the test says when a run asks. */
export interface PlannedEngine {
  engine: Engine;
  db: Database;
  /** The schedule starts a run. */
  fire(job: string, runKey: string, does?: 'start' | 'notRun'): Promise<void>;
  /** The run's workflow asks whether it may run. */
  open(runId: string): Promise<string>;
  /** Its code returns. */
  succeed(runId: string): Promise<string>;
  /** Status and reason, such as `notRun overlap`; `none` when there is no run. */
  state(runId: string): Promise<string>;
  /** Runs that are to be woken, sorted; forgets them. */
  woken(): Promise<string[]>;
}

/** A job without tasks. */
export function plainJob(id: string, changes: Partial<Job> = {}): Job {
  return { id, name: id, tasks: {}, run: async () => null, ...changes };
}

/** Gives `use` an engine of these jobs, in Asia/Tokyo. */
export async function withPlannedEngine(jobs: Job[], use: (planned: PlannedEngine) => Promise<void>): Promise<void> {
  await withDatabase(async ({ url }) => {
    await migrate(url);
    const db = openDatabase(url, () => undefined);
    try {
      await use(plannedEngine(jobs, db));
    } finally {
      await db.end();
    }
  });
}

function plannedEngine(jobs: Job[], db: Database): PlannedEngine {
  const silent = () => undefined;
  const engine: Engine = {
    db,
    jobs: jobRegistry(jobs.map((job) => ({ job, file: `jobs/${job.id}.ts`, exportName: 'job' }))),
    project: { name: 'test', stage: 'local', timezone: 'Asia/Tokyo' },
    timings: testTimings,
    log: { info: silent, warn: silent, error: silent },
  };
  return {
    engine,
    db,
    fire: (job, runKey, does = 'start') => startScheduled(engine, { job, runKey, does }),
    open: async (runId) => (await openRun(engine, { runId, execution: 1 })).status,
    async succeed(runId) {
      const answer = await closeRun(engine, { runId, execution: 1, outcome: { status: 'succeeded', result: null } });
      return answer.status === 'closed' ? answer.run : answer.status;
    },
    async state(runId) {
      const run = await getRun(db, runId);
      return run === undefined ? 'none' : [run.status, run.reason ?? ''].join(' ').trimEnd();
    },
    async woken() {
      const { rows } = await db.query<{ target: string }>(`delete from outbox where kind = 'wake' returning target`);
      return rows.map(({ target }) => target).sort();
    },
  };
}
