import { stopAttempt } from '../store/attempt-moves.ts';
import { latestAttempt } from '../store/attempts.ts';
import { withTransaction } from '../store/database.ts';
import { latestExecution } from '../store/executions.ts';
import { notify } from '../store/notify.ts';
import { lockRuns } from '../store/runs.ts';
import { getStep } from '../store/steps.ts';
import type { Engine } from './engine.ts';
import { ExecutionClosed } from './start-attempt.ts';

/** The step of a run that is not wanted any more while the run itself goes on. */
export interface StepStop {
  runId: string;
  execution: number;
  stepKey: string;
}

/**
 * starting, running → stopping, for the attempt of one step: its branch is being stopped. The wake that follows is the
 * proof of its end. A repeat changes nothing; what has ended already stays as it is.
 * @throws ExecutionClosed when the execution is not the open one of its run.
 */
export function stopStep(engine: Pick<Engine, 'db'>, stop: StepStop): Promise<void> {
  return withTransaction(engine.db, async (sql) => {
    const run = (await lockRuns(sql, [stop.runId])).get(stop.runId);
    const execution = await latestExecution(sql, stop.runId);
    if (run === undefined || execution?.number !== stop.execution || execution.status !== 'open') {
      throw new ExecutionClosed(stop.runId, stop.execution, run?.status ?? 'unknown');
    }
    const step = await getStep(sql, run.id, run.generation, stop.stepKey);
    const attempt = step && (await latestAttempt(sql, step.id));
    if (attempt === undefined) return;
    await stopAttempt(sql, attempt.id);
    await notify(sql, 'attempts');
  });
}
