import { describeTask } from '../engine/describe-task.ts';
import type { WorkerEngine } from '../engine/engine.ts';
import type { StepDetail } from '../model/step-detail.ts';
import { refuse } from './refuse.ts';

/** Makes the activity that says what is known of the newest try of a task. */
export function createDescribeTask(engine: WorkerEngine) {
  return (of: { runId: string; task: string }): Promise<StepDetail> => describeTask(engine, of).catch(refuse);
}
