import { type Engine, Refused } from '../../engine/engine.ts';
import { startRun } from '../../engine/start-run.ts';
import { hasEnded } from '../../model/run-states.ts';
import { getRun } from '../../store/runs.ts';
import type { DatePlan } from './plan.ts';
import type { PlannedRun } from './planned-run.ts';

/** Asks for the runs of one date, each after its prerequisites. Gives the ids of those that are to be followed. */
export async function startDate(engine: Engine, date: DatePlan, who: string): Promise<string[]> {
  const following: string[] = [];
  for (const run of date.runs) {
    if (run.does === 'pass' || run.does === 'leave') continue;
    if (run.does !== 'join') await start(engine, run, who);
    following.push(run.id);
  }
  return following;
}

/** Somebody else may have started it since the plan was made: then it is joined. */
async function start(engine: Engine, run: PlannedRun, who: string) {
  const { job, runKey, startsSuccessors, does } = run;
  try {
    await startRun(engine, { job, runKey, who, startsSuccessors, ...(does === 'again' ? { again: 'retry' } : {}) });
  } catch (error) {
    const status = (await getRun(engine.db, run.id))?.status;
    const isOpenOrDone = status === 'succeeded' || (status !== undefined && status !== 'expected' && !hasEnded(status));
    if (!(error instanceof Refused) || !isOpenOrDone) throw error;
  }
}
