import { type CloseAnswer, closeRun } from '../engine/close-run.ts';
import type { Engine } from '../engine/engine.ts';
import type { Handled, Outcome } from '../model/wake.ts';

/** Makes the activity that ends a run, or says that its work is still ending. */
export function createCloseRun(engine: Engine) {
  return (close: { runId: string; execution: number; outcome: Outcome; handled?: Handled }): Promise<CloseAnswer> =>
    closeRun(engine, close);
}
