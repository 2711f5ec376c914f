import type { TestTemporal } from '../temporal.ts';
import { type World, withWorld } from '../world.ts';
import { choosePoints, type Plan } from './choose.ts';
import { findFaults } from './find-faults.ts';
import { type Outcome, runWithPoint, startMorning, untilOver } from './one-run.ts';
import { type Rig, withRig } from './rig.ts';

/** Days are the run keys: each run has one of its own. */
function* dates(): Generator<string, never> {
  for (let day = 1; ; day += 1) yield new Date(Date.UTC(2020, 0, day)).toISOString().slice(0, 10);
}

/** Records one run without a kill, and chooses the points from it. Throws when even that run is not as it should be. */
export async function recordPoints(temporal: TestTemporal, all: boolean): Promise<Plan[]> {
  let plans: Plan[] = [];
  await inWorld(temporal, async (world, rig) => {
    const boot = new Map(rig.tap.counts());
    rig.tap.restart();
    const runId = await startMorning(world, '2019-12-31');
    await untilOver(world, runId);
    const faults = await findFaults(world, runId);
    if (faults.length > 0) throw new Error(`The run without a kill: ${faults.join('; ')}`);
    plans = choosePoints({ boot, run: rig.tap.counts() }, all);
  });
  return plans;
}

/** One run a point. `worlds` at a time, each with its own database, namespace and local AWS. */
export async function runAll(temporal: TestTemporal, plans: readonly Plan[], worlds: number): Promise<Outcome[]> {
  const waiting = [...plans];
  const outcomes: Outcome[] = [];
  const work = () =>
    inWorld(temporal, async (world, rig) => {
      const days = dates();
      const next = () => days.next().value;
      for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) {
        outcomes.push(await untilReached(world, rig, { plan, next }));
      }
    });
  await Promise.all(Array.from({ length: worlds }, work));
  return outcomes;
}

async function inWorld(temporal: TestTemporal, use: (world: World, rig: Rig) => Promise<void>): Promise<void> {
  await withWorld(temporal, (world) =>
    withRig(world, async (rig) => {
      await rig.startWorker();
      await use(world, rig);
    }),
  );
}

/**
 * No two runs make the same number of calls: what was not reached is tried at its first occurrence, and then with a
 * worker that has just started. A fault of any of these runs counts.
 */
async function untilReached(world: World, rig: Rig, of: { plan: Plan; next: () => string }): Promise<Outcome> {
  const { point, boot } = of.plan;
  const first = { ...point, occurrence: 1 };
  const tries = [of.plan, { point: first, boot }, { point: first, boot: true }];
  const faults: string[] = [];
  let outcome: Outcome | undefined;
  for (const one of tries) {
    outcome = await runWithPoint(world, rig, { ...one, date: of.next() });
    faults.push(...outcome.faults);
    if (outcome.reached || faults.length > 0) break;
  }
  if (outcome === undefined) throw new Error('No run was made');
  return { ...outcome, faults };
}
