import { setTimeout as delay } from 'node:timers/promises';
import { startRun } from '../../../engine/start-run.ts';
import { runId as runIdOf, workflowId } from '../../../model/run-id.ts';
import { hasEnded } from '../../../model/run-states.ts';
import { getRun } from '../../../store/runs.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';
import type { Plan } from './choose.ts';
import { findFaults } from './find-faults.ts';
import type { Rig } from './rig.ts';

/** What came of a run in which the worker was to be killed at a point. */
export interface Outcome extends Plan {
  /** False: the run was over before the call had been made so often. */
  reached: boolean;
  /** What is not as it should be; empty = all is well. */
  faults: string[];
  seconds: number;
}

/** So long a run may take, with all the time limits of a dead worker in Temporal (10 s each) in it. */
const runMs = 150_000;

/** Many runs look at once: more often than this costs more than it gains. */
const betweenLooksMs = 100;

const job = 'MORNING';

/** Starts the job for a date. */
export async function startMorning(world: World, date: string): Promise<string> {
  return (await startRun(world.engine, { job, runKey: date, who: 'test' })).runId;
}

/** Waits until the run has ended, in Temporal too, or until `or` says so. */
export function untilOver(world: World, runId: string, or: () => boolean = () => false): Promise<unknown> {
  const over = async () => {
    if (or()) return true;
    await delay(betweenLooksMs);
    const run = await getRun(world.db, runId);
    if (run === undefined || !hasEnded(run.status)) throw new Error(`${run?.status}`);
    const { status } = await world.client.workflow.getHandle(workflowId(runId, 1)).describe();
    if (status.name === 'RUNNING') throw new Error(`${run.status}, but its workflow runs`);
    return true;
  };
  return until(over, { timeoutMs: runMs, describe: `${runId} to be over` });
}

/** One run of the job: its worker is killed at the point, another one goes on, and the end is judged from outside. */
export async function runWithPoint(world: World, rig: Rig, at: { plan: Plan; date: string }): Promise<Outcome> {
  const begun = performance.now();
  let reached = false;
  const faults: string[] = [];
  const runId = runIdOf(job, at.date);
  try {
    reached = await dieAtPoint(world, rig, at);
    if (reached) await goOn(world, rig, runId);
    await untilOver(world, runId);
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  }
  faults.push(...(await findFaults(world, runId)));
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  return { ...at.plan, reached, faults, seconds };
}

/** Starts the run, and waits until the worker was killed at the point. False: the run was over before. */
async function dieAtPoint(world: World, rig: Rig, { plan, date }: { plan: Plan; date: string }): Promise<boolean> {
  const { point, boot, first } = plan;
  if (boot) rig.kill();
  let armed = rig.arm(first ?? point);
  const runId = await startMorning(world, date);
  if (boot) await rig.startWorker();
  await untilOver(world, runId, () => armed.hit);
  if (first !== null && armed.hit) {
    armed = rig.arm(point);
    await goOn(world, rig, runId);
    await untilOver(world, runId, () => armed.hit);
  }
  rig.tap.disarm();
  return armed.hit;
}

async function goOn(world: World, rig: Rig, runId: string): Promise<void> {
  await rig.startWorker();
  await forgetDeadWorker(world, runId);
}

/** Temporal offers the workflow to the worker that had it in memory, for ten seconds; a person would wait. */
async function forgetDeadWorker({ client }: World, runId: string): Promise<void> {
  const { namespace } = client.options;
  const execution = { workflowId: workflowId(runId, 1) };
  // Not started yet, or over: there is nothing to forget.
  await client.workflowService.resetStickyTaskQueue({ namespace, execution }).catch(() => undefined);
}
