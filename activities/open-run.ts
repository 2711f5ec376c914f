import type { WorkerEngine } from '../engine/engine.ts';
import { type OpenAnswer, openRun } from '../engine/open-run.ts';
import { noteBundle } from '../store/superseded.ts';

/** Makes the activity that asks whether a run may go on. */
export function createOpenRun(engine: WorkerEngine) {
  return async (execution: { runId: string; execution: number }): Promise<OpenAnswer> => {
    await noteBundle(engine.db, { ...execution, bundle: engine.bundleHash });
    return openRun(engine, execution);
  };
}
