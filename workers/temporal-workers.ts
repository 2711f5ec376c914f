import { type NativeConnection, Worker } from '@temporalio/worker';
import type { CallActivities, CallDeps } from '../activities/call-task.ts';
import { createCallTask } from '../activities/call-task.ts';
import { createActivities } from '../activities/index.ts';
import type { WorkerEngine } from '../engine/engine.ts';
import { callQueueOf } from '../model/settings.ts';

/** What a worker process does: `runs` = workflows, their activities and the watcher; `calls` = functions and Lambdas. */
export const workerRoles = ['runs', 'calls'] as const;
export type WorkerRole = (typeof workerRoles)[number];

/** The Temporal workers of one process. */
export interface TemporalWorkers {
  /** Ends when all have stopped; rejects when one broke. */
  done: Promise<void>;
  /** Whether every one of them takes work. */
  isRunning(): boolean;
  /** Takes no more work, lets what runs end. */
  stop(): Promise<void>;
}

/** What they are made of. */
export interface TemporalWorkerParts {
  engine: WorkerEngine;
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  bundle: { code: string };
  roles: readonly WorkerRole[];
  calls: CallDeps;
}

/** As many functions and Lambda calls as one process makes at a time. */
const callsAtOnce = 50;

/** Starts the Temporal workers of these roles. */
export async function startTemporalWorkers(parts: TemporalWorkerParts): Promise<TemporalWorkers> {
  const { connection, namespace, taskQueue, engine } = parts;
  const { shutdownGraceMs: shutdownGraceTime, shutdownForceMs: shutdownForceTime } = engine.timings;
  const common = { connection, namespace, shutdownGraceTime, shutdownForceTime };
  const workers: Worker[] = [];
  if (parts.roles.includes('runs')) {
    workers.push(
      await Worker.create({
        ...common,
        taskQueue,
        workflowBundle: parts.bundle,
        activities: createActivities(engine),
        // Stands in the history of all that this worker does: it tells which code could not replay an execution.
        buildId: engine.bundleHash,
        // By default the workflow task of a run whose code has changed is tried again for ever, and nobody is told.
        workflowFailureErrorTypes: { '*': ['NondeterminismError'] },
      }),
    );
  }
  if (parts.roles.includes('calls')) {
    const activities: CallActivities = { callTask: createCallTask(engine, parts.calls) };
    workers.push(
      await Worker.create({
        ...common,
        taskQueue: callQueueOf(taskQueue),
        activities,
        maxConcurrentActivityTaskExecutions: callsAtOnce,
      }),
    );
  }
  const runs = workers.map((worker) => worker.run());
  const done = Promise.all(runs).then(() => undefined);
  return {
    done,
    isRunning: () => workers.every((worker) => worker.getState() === 'RUNNING'),
    async stop() {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.allSettled(runs);
    },
  };
}
