import type { WorkerEngine } from '../engine/engine.ts';
import { startRun } from '../engine/start-run.ts';
import { createAskLock } from './ask-lock.ts';
import { createCloseRun } from './close-run.ts';
import { createOpenRun } from './open-run.ts';
import { createReadOutputs } from './read-outputs.ts';
import { createReleaseLock } from './release-lock.ts';
import { createStartTask } from './start-task.ts';
import { createTriggerRun } from './trigger-run.ts';

/** Everything that workflows ask of the outside. Each may happen twice: each is idempotent. */
export function createActivities(engine: WorkerEngine) {
  return {
    openRun: createOpenRun(engine),
    startTask: createStartTask(engine),
    readOutputs: createReadOutputs(engine),
    closeRun: createCloseRun(engine),
    askLock: createAskLock(engine),
    releaseLock: createReleaseLock(engine),
    triggerRun: createTriggerRun({
      registry: engine.jobs,
      timezone: engine.project.timezone,
      startRun: (request) => startRun(engine, request),
    }),
  };
}

export type Activities = ReturnType<typeof createActivities>;
