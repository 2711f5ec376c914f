import { startRun } from '../../../engine/start-run.ts';
import { workflowId } from '../../../model/run-id.ts';
import { hasEnded } from '../../../model/run-states.ts';
import { getRun } from '../../../store/runs.ts';
import type { Point } from '../proxies/tap.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';
import { findFaults } from './find-faults.ts';
import type { Rig } from './rig.ts';

/** What came of a run in which the worker was to be killed at a point. */
export interface Outcome {
  point: Point;
  /** False: the run was over before the call had been made so often. */
  reached: boolean;
  /** What is not as it should be; empty = all is well. */
  faults: string[];
  seconds: number;
}

/** So long a run may take, with all the time limits of a dead worker in Temporal (10 s each) in it. */
const runMs = 90_000;

/** Starts the job for a date. */
export async function startMorning(world: World, date: string): Promise<string> {
  return (await startRun(world.engine, { job: 'MORNING', runKey: date, who: 'test' })).runId;
}

/** Waits until the run has ended, in Temporal too, or until `or` says so. */
export function untilOver(world: World, runId: string, or: () => boolean = () => false): Promise<unknown> {
  const over = async () => {
    if (or()) return true;
    const run = await getRun(world.db, runId);
    if (run === undefined || !hasEnded(run.status)) throw new Error(`${run?.status}`);
    const { status } = await world.client.workflow.getHandle(workflowId(runId, 1)).describe();
    if (status.name === 'RUNNING') throw new Error(`${run.status}, but its workflow runs`);
    return true;
  };
  return until(over, { timeoutMs: runMs, describe: `${runId} to be over` });
}

/** One run of the job: its worker is killed at the point, another one goes on, and the end is judged from outside. */
export async function runWithPoint(world: World, rig: Rig, at: { point: Point; date: string; boot: boolean }) {
  const begun = performance.now();
  const { point, date, boot } = at;
  if (boot) rig.kill();
  const armed = rig.arm(point);
  const runId = await startMorning(world, date);
  if (boot) await rig.startWorker();
  const problems: string[] = [];
  try {
    await untilOver(world, runId, () => armed.hit);
    rig.tap.disarm();
    if (armed.hit) {
      await rig.startWorker();
      await forgetDeadWorker(world, runId);
      await untilOver(world, runId);
    }
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  const faults = [...problems, ...(await findFaults(world, runId))];
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  return { point, reached: armed.hit, faults, seconds } satisfies Outcome;
}

/** Temporal offers the workflow to the worker that had it in memory, for ten seconds; a person would wait. */
async function forgetDeadWorker({ client }: World, runId: string): Promise<void> {
  const { namespace } = client.options;
  const execution = { workflowId: workflowId(runId, 1) };
  // Not started yet, or over: there is nothing to forget.
  await client.workflowService.resetStickyTaskQueue({ namespace, execution }).catch(() => undefined);
}
