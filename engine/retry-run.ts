import { runId } from '../model/run-id.ts';
import { withTransaction } from '../store/database.ts';
import { getRun, lockRuns } from '../store/runs.ts';
import type { Engine } from './engine.ts';
import { reopenSteps, type StepChoice } from './reopen-steps.ts';
import { rerunSuccessors, successorIds } from './rerun-successors.ts';
import { type StartAnswer, startRunIn } from './start-run.ts';

/** A person's wish to carry a run out once more. */
export interface RetryRequest {
  job: string;
  runKey: string;
  who: string;
  /** `'retry'`: go on after the finished steps. `'fromStart'`: a new generation. */
  again: 'retry' | 'fromStart';
  /** What of its steps is changed before; only with `'retry'`. */
  steps?: StepChoice;
  /** Its successors that have ended run again after it, too. Default: false. */
  withSuccessors?: boolean;
}

/** The run that was opened again, and those after it. */
export interface RetryAnswer extends StartAnswer {
  /** Ids of the successors that were opened again, each after its prerequisites. They wait for them. */
  successors: string[];
}

/**
 * Opens the next execution of a run that has ended, with all that was asked for in the same transaction.
 * @throws Refused when the run, a step or a successor does not allow it: nothing has changed then.
 */
export function retryRun(engine: Engine, request: RetryRequest): Promise<RetryAnswer> {
  const { job, runKey, who, again, steps, withSuccessors = false } = request;
  const id = runId(job, runKey);
  return withTransaction(engine.db, async (sql) => {
    const after = withSuccessors ? successorIds(engine, request) : [];
    await lockRuns(sql, [id, ...after]);
    const quiet = withSuccessors ? { startsSuccessors: true } : {};
    const answer = await startRunIn(sql, engine, { job, runKey, who, again, ...quiet });
    const run = await getRun(sql, id);
    if (run !== undefined && steps !== undefined) await reopenSteps(sql, run, { ...steps, who });
    return { ...answer, successors: withSuccessors ? await rerunSuccessors(sql, engine, request) : [] };
  });
}
