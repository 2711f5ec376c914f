import { checkInput } from '../config/job-input.ts';
import { runId } from '../model/run-id.ts';
import { writeAudit } from '../store/audit.ts';
import { type Sql, withTransaction } from '../store/database.ts';
import { lockTheStarts, openOfSchedule } from '../store/overlaps.ts';
import { insertExpected, lockRuns, moveToNotRun, type RunRow } from '../store/runs.ts';
import { dateOfRun, overlapOf } from '../triggers/run-keys.ts';
import { lockForEnd, tellOfEnd } from './end-run.ts';
import type { Engine } from './engine.ts';
import { startRunIn } from './start-run.ts';

/** A start that a schedule asks for. */
export interface ScheduledStart {
  job: string;
  runKey: string;
  /** `notRun`: the date is a holiday. */
  does: 'start' | 'notRun';
}

const who = 'schedule';

/**
 * The one door, for schedules: starts the run, or ends it as `notRun`, because its date is a holiday or because a run
 * that the schedule has started before is still open and the job says `overlap: 'skip'`. A repeat changes nothing.
 */
export async function startScheduled(engine: Engine, start: ScheduledStart): Promise<void> {
  const job = engine.jobs.get(start.job);
  const input = start.does === 'start' ? checkInput(job, job.schedule?.input) : undefined;
  const ask = (willEnd: boolean) =>
    withTransaction(engine.db, async (sql) => {
      const run = await lock(sql, engine, { start, willEnd });
      if (run.status !== 'expected') return 'done';
      const reason = await whyNot(sql, engine, { run, start });
      if (reason === null) await startRunIn(sql, engine, { job: job.id, runKey: start.runKey, who, input });
      // Whoever ends a run locks those of its successors first: that is known too late here.
      else if (!willEnd) return 'again';
      else await endAtTheDoor(sql, engine, { run, reason });
      return 'done';
    });
  if ((await ask(start.does === 'notRun')) === 'again') await ask(true);
}

async function lock(
  sql: Sql,
  engine: Engine,
  { start, willEnd }: { start: ScheduledStart; willEnd: boolean },
): Promise<RunRow> {
  const { job, runKey } = start;
  const id = runId(job, runKey);
  await insertExpected(sql, [
    { id, job, runKey, date: dateOfRun(engine.jobs.get(job), runKey, engine.project.timezone) },
  ]);
  const rows = willEnd ? await lockForEnd(sql, engine, { id, job, runKey }) : await lockRuns(sql, [id]);
  const run = rows.get(id);
  if (run === undefined) throw new Error(`The run ${id} vanished while its schedule started it`);
  return run;
}

async function whyNot(
  sql: Sql,
  engine: Engine,
  { run, start }: { run: RunRow; start: ScheduledStart },
): Promise<'holiday' | 'overlap' | null> {
  await lockTheStarts(sql, run.job);
  if (start.does === 'notRun') return 'holiday';
  if (overlapOf(engine.jobs.get(run.job)) !== 'skip') return null;
  return (await openOfSchedule(sql, run.job, run.id)).length > 0 ? 'overlap' : null;
}

async function endAtTheDoor(sql: Sql, engine: Engine, at: { run: RunRow; reason: 'holiday' | 'overlap' }) {
  const { run, reason } = at;
  if (!(await moveToNotRun(sql, run.id, reason))) return;
  await writeAudit(sql, { runId: run.id, who, action: 'not run', reason });
  await tellOfEnd(sql, engine, { run, end: { to: 'notRun', reason } });
}
