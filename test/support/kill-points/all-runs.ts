import { keyOf, type Point } from '../proxies/tap.ts';
import type { TestTemporal } from '../temporal.ts';
import { type World, withWorld } from '../world.ts';
import { choosePoints, deaths, type Plan, type Recording, repairPoints } from './choose.ts';
import { findFaults } from './find-faults.ts';
import { type Outcome, runWithPoint, startMorning, untilOver } from './one-run.ts';
import { type Rig, withRig } from './rig.ts';

/** Where the worlds are made, and the compiled program of their workers. */
export interface Place {
  temporal: TestTemporal;
  program: string;
}

/** Days are the run keys: each run has one of its own. */
function* dates(): Generator<string, never> {
  for (let day = 1; ; day += 1) yield new Date(Date.UTC(2020, 0, day)).toISOString().slice(0, 10);
}

/** Chooses the points from a run without a kill, and from runs after the deaths that leave most to repair. */
export async function recordPoints(place: Place, all: boolean): Promise<Plan[]> {
  const recording = await recordRun(place);
  const again = await recordRun(place);
  const usual = { boot: new Map([...recording.boot, ...again.boot]), run: new Map([...recording.run, ...again.run]) };
  const plans = choosePoints(recording, all);
  const repairs = await Promise.all(deaths.map((first) => recordRepair(place, usual, first)));
  for (const more of repairs) plans.push(...unlike(plans, more));
  return plans;
}

/** Throws when even the run without a kill is not as it should be. */
async function recordRun(place: Place): Promise<Recording> {
  const recording: Recording = { boot: new Map(), run: new Map() };
  await inWorld(place, async (world, rig) => {
    recording.boot = rig.tap.counts();
    rig.tap.restart();
    const runId = await startMorning(world, dates().next().value);
    await untilOver(world, runId);
    const faults = await findFaults(world, runId);
    if (faults.length > 0) throw new Error(`The run without a kill: ${faults.join('; ')}`);
    recording.run = rig.tap.counts();
  });
  return recording;
}

/** Only what both of two such runs do, and none of two without a kill: a call that comes up by chance cannot be waited for. */
async function recordRepair(place: Place, usual: Recording, first: Point): Promise<Plan[]> {
  const repairs: Plan[][] = [];
  for (let turn = 0; turn < 2; turn += 1) {
    await inWorld(place, async (world, rig) => {
      const plan = { point: first, boot: false, first: null };
      await runWithPoint(world, rig, { plan, date: dates().next().value });
      repairs.push(repairPoints(usual, first, rig.tap.counts()));
    });
  }
  const [once = [], again = []] = repairs;
  const seen = new Set(again.map(({ point }) => keyOf(point, point.side)));
  return once.filter(({ point }) => seen.has(keyOf(point, point.side)));
}

/** Those whose call no plan has yet. */
function unlike(plans: readonly Plan[], more: Plan[]): Plan[] {
  const known = new Set(plans.map(({ point }) => keyOf(point, point.side)));
  return more.filter(({ point }) => !known.has(keyOf(point, point.side)));
}

/** How the runs are made. */
export interface Pace {
  /** Runs at a time, each in a world with its own database, namespace and local AWS. */
  worlds: number;
  /** Hears of each run. */
  tell: (outcome: Outcome) => void;
}

/** One run a point. */
export async function runAll(place: Place, plans: readonly Plan[], { worlds, tell }: Pace): Promise<Outcome[]> {
  const waiting = [...plans];
  const outcomes: Outcome[] = [];
  const work = () =>
    inWorld(place, async (world, rig) => {
      const days = dates();
      const next = () => days.next().value;
      for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) {
        const outcome = await untilReached(world, rig, { plan, next });
        outcomes.push(outcome);
        tell(outcome);
      }
    });
  await Promise.all(Array.from({ length: worlds }, work));
  return outcomes;
}

async function inWorld({ temporal, program }: Place, use: (world: World, rig: Rig) => Promise<void>): Promise<void> {
  await withWorld(temporal, (world) =>
    withRig({ world, program }, async (rig) => {
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
  const { plan, next } = of;
  const early = { ...plan, point: { ...plan.point, occurrence: 1 } };
  const others = plan.first === null ? [early, { ...early, boot: true }] : [plan, plan, plan, plan];
  let outcome = await runWithPoint(world, rig, { plan, date: next() });
  for (const other of others) {
    if (outcome.reached || outcome.faults.length > 0) break;
    outcome = await runWithPoint(world, rig, { plan: other, date: next() });
  }
  return outcome;
}
