import type { Engine } from '../engine/engine.ts';
import { parseRunId } from '../model/run-id.ts';
import { latestExecution } from '../store/executions.ts';
import { getRun } from '../store/runs.ts';
import { instantOf } from '../triggers/business-date.ts';

/** Makes the activity that gives the instant of a time of a run's business date, in the job's zone, as ISO 8601. */
export function createResolveTime(engine: Engine) {
  return async ({ runId, time }: { runId: string; time: string }): Promise<string> => {
    const execution = await latestExecution(engine.db, runId);
    const timezone = execution?.settings.timezone ?? engine.project.timezone;
    const run = await getRun(engine.db, runId);
    return instantOf(run?.date ?? parseRunId(runId).runKey, time, timezone).toISOString();
  };
}
