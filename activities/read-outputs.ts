import type { Engine } from '../engine/engine.ts';
import { getRun } from '../store/runs.ts';
import { readStepOutputs } from '../store/shards.ts';
import { getStep } from '../store/steps.ts';

/** Makes the activity that reads outputs which are too large for the wake, by logical shard. */
export function createReadOutputs(engine: Engine) {
  return async ({ runId, stepKey }: { runId: string; stepKey: string }): Promise<unknown[]> => {
    const run = await getRun(engine.db, runId);
    const step = run && (await getStep(engine.db, runId, run.generation, stepKey));
    if (step === undefined) throw new Error(`There is no step ${stepKey} in ${runId} to read outputs of`);
    return (await readStepOutputs(engine.db, step.id)).outputs;
  };
}
