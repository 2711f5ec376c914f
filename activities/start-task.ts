import type { WorkerEngine } from '../engine/engine.ts';
import { type TaskAnswer, type TaskRequest, writeIntent } from '../engine/start-attempt.ts';
import { submitAttempt } from '../engine/submit-attempt.ts';
import { refuse } from './refuse.ts';

/**
 * Makes the activity that submits the Batch job of a step: intent row, AWS, id. A crash anywhere leaves a row that
 * the next call joins and the watcher carries on; it never makes two.
 */
export function createStartTask(engine: WorkerEngine) {
  return async (task: TaskRequest): Promise<TaskAnswer> => {
    const claimedAt = performance.now();
    const { submit, ...answer } = await writeIntent(engine, task).catch(refuse);
    if (submit !== undefined) await submitAttempt(engine, { ...submit, claimedAt });
    return { ...answer, stepKey: task.stepKey };
  };
}
