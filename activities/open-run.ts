import type { Engine } from '../engine/engine.ts';
import { type OpenAnswer, openRun } from '../engine/open-run.ts';

/** Makes the activity that asks whether a run may go on. */
export function createOpenRun(engine: Engine) {
  return (execution: { runId: string; execution: number }): Promise<OpenAnswer> => openRun(engine, execution);
}
