import type { WorkerEngine } from '../engine/engine.ts';
import { startScheduled } from '../engine/start-scheduled.ts';
import { createAskLock } from './ask-lock.ts';
import { createBeginHandler } from './begin-handler.ts';
import { createCloseRun } from './close-run.ts';
import { createDescribeTask } from './describe-task.ts';
import { createOpenRun } from './open-run.ts';
import { createReadOutputs } from './read-outputs.ts';
import { createReleaseLock } from './release-lock.ts';
import { createResolveTime } from './resolve-time.ts';
import { createRunOther } from './run-other.ts';
import { createStartTask } from './start-task.ts';
import { createStopStep } from './stop-step.ts';
import { createTriggerRun } from './trigger-run.ts';

/** Everything that workflows ask of the outside. Each may happen twice: each is idempotent. */
export function createActivities(engine: WorkerEngine) {
  return {
    openRun: createOpenRun(engine),
    startTask: createStartTask(engine),
    stopStep: createStopStep(engine),
    readOutputs: createReadOutputs(engine),
    describeTask: createDescribeTask(engine),
    beginHandler: createBeginHandler(engine),
    closeRun: createCloseRun(engine),
    runOther: createRunOther(engine),
    resolveTime: createResolveTime(engine),
    askLock: createAskLock(engine),
    releaseLock: createReleaseLock(engine),
    triggerRun: createTriggerRun({
      registry: engine.jobs,
      timezone: engine.project.timezone,
      startScheduled: (start) => startScheduled(engine, start),
    }),
  };
}

export type Activities = ReturnType<typeof createActivities>;
