import { beginHandler, type HandlerAnswer } from '../engine/begin-handler.ts';
import type { Engine } from '../engine/engine.ts';
import type { Outcome } from '../model/wake.ts';

/** Makes the activity that says when a run's `onFailure` may begin. */
export function createBeginHandler(engine: Engine) {
  return (begin: {
    runId: string;
    execution: number;
    outcome: Extract<Outcome, { status: 'failed' }>;
  }): Promise<HandlerAnswer> => beginHandler(engine, begin);
}
