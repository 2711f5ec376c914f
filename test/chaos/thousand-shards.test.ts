import { all } from '../../store/database.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { type World, withWorld } from '../support/world.ts';
import { acceptedJobs, expectNothingTwice } from '../support/world-facts.ts';

jest.setTimeout(300_000);
let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(4);
});
afterAll(() => temporal.stop());

/** On a busy machine a thousand lines are not read, nor an array submitted, within the short periods of other tests. */
const unhurried = { collectOutputMs: 120_000, submitClaimMs: 20_000, submitMarginMs: 10_000 };
const size = 1_000;
/** 3 % of the shards lose their Spot capacity, 1 % end with code 75, one runs out of memory. */
const unlucky = { spot: 30, exit: 10, memory: 1 };

test('of 1,000 shards exactly those that failed run again, and losses of Spot spend no retry', () =>
  withWorld(temporal, async (world) => {
    const { spot, exit, memory } = draw(20_261_121);
    const [worst = -1] = spot;
    const failed = [...spot, ...exit, ...memory].sort(ascending);
    for (const index of spot) world.aws.misbehave.jobRule({ kind: 'spotReclaim', index });
    for (const index of memory) world.aws.misbehave.jobRule({ kind: 'outOfMemory', index });
    const tries = {
      ...Object.fromEntries([...spot, ...memory].map((shard) => [shard, ['hold']])),
      ...Object.fromEntries(exit.map((shard) => [shard, ['75']])),
      [worst]: ['hold', 'hold', '75'],
    };
    await world.startWorker(unhurried);
    const id = await world.start('THOUSAND', { size, tries });
    await secondLoss(world, failed.indexOf(worst));

    const run = await world.ends(id, 250_000);

    expect(run).toMatchObject({ status: 'succeeded', error: null });
    expect(run.result).toEqual({
      shards: Array.from({ length: size }, (_, shard) => shard),
      tries: Array.from({ length: size }, (_, shard) => triesOf(shard, { failed, worst })),
    });
    expect(carriedOut(world)).toEqual([Array.from({ length: size }, (_, shard) => shard), failed, [worst], [worst]]);
    expectNothingTwice(world);
    expect(submits(world)).toEqual([
      { queue: 'spot', memory: '512', size },
      { queue: 'spot', memory: '1024', size: failed.length },
      { queue: 'main', memory: '512', size: undefined },
      { queue: 'main', memory: '512', size: undefined },
    ]);
    expect(await losses(world)).toEqual([
      { tries: 1, spot: 0, memory: 0, shards: size - failed.length },
      { tries: 2, spot: 0, memory: 0, shards: unlucky.exit },
      { tries: 2, spot: 0, memory: 1, shards: unlucky.memory },
      { tries: 2, spot: 1, memory: 0, shards: unlucky.spot - 1 },
      { tries: 4, spot: 2, memory: 0, shards: 1 },
    ]);
  }));

test('a shard that fails by its exit code once more than there are retries fails the run, alone', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker(unhurried);
    const id = await world.start('THOUSAND', { size: 4, tries: { 1: ['75', '75'], 2: ['75'] } });

    const run = await world.ends(id, 120_000);

    expect(run).toMatchObject({ status: 'failed', error: { class: 'exitCode', step: 'work#1' } });
    expect(run.error?.failures).toMatchObject([{ class: 'exitCode', exitCode: 75, shards: [1] }]);
    expect(carriedOut(world)).toEqual([
      [0, 1, 2, 3],
      [1, 2],
    ]);
  }));

/** Chooses the unlucky shards, the same for the same seed. The first that loses Spot loses it twice, then ends with 75. */
function draw(seed: number): Record<keyof typeof unlucky, number[]> {
  let state = seed;
  // The generator of Numerical Recipes: any will do, as long as it is the same each time.
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const deck = Array.from({ length: size }, (_, shard) => ({ shard, at: next() })).sort((a, b) => a.at - b.at);
  const take = (count: number) => deck.splice(0, count).map(({ shard }) => shard);
  return { spot: take(unlucky.spot), exit: take(unlucky.exit), memory: take(unlucky.memory) };
}

/** The retry is held before AWS takes it: the rule counts the children of that array, not of the first one. */
async function secondLoss(world: World, index: number) {
  await until(() => acceptedJobs(world).size === 1, { describe: 'the array to be taken' });
  const retry = world.aws.misbehave.hold('SubmitJob');
  await retry.waiting();
  world.aws.misbehave.jobRule({ kind: 'spotReclaim', index });
  retry.release();
}

function triesOf(shard: number, { failed, worst }: { failed: number[]; worst: number }): number {
  if (shard === worst) return 4;
  return failed.includes(shard) ? 2 : 1;
}

/** The shards that got a process in each attempt, by the map and the index that each process was given. */
function carriedOut(world: World): number[][] {
  const attempts = new Map<number, number[]>();
  for (const { started } of world.aws.journal.processes()) {
    const { NIGHTSHIFT_ATTEMPT_NUMBER, NIGHTSHIFT_SHARD_MAP } = started.environment;
    const bits = [...Buffer.from(NIGHTSHIFT_SHARD_MAP ?? '', 'base64')].flatMap((byte, at) =>
      [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (1 << bit)).map((bit) => at * 8 + bit),
    );
    const position = started.index ?? 0;
    const shard = NIGHTSHIFT_SHARD_MAP === undefined ? position : (bits[position] ?? Number.NaN);
    const number = Number(NIGHTSHIFT_ATTEMPT_NUMBER);
    attempts.set(number, [...(attempts.get(number) ?? []), shard]);
  }
  return [...attempts.keys()].sort(ascending).map((number) => (attempts.get(number) ?? []).sort(ascending));
}

/** What each attempt asked AWS for. */
function submits(world: World) {
  return world.aws.journal.calls('SubmitJob').map(({ request }) => {
    const { jobQueue, containerOverrides, arrayProperties } = request as {
      jobQueue: string;
      containerOverrides: { resourceRequirements: { type: string; value: string }[] };
      arrayProperties?: { size: number };
    };
    const memory = containerOverrides.resourceRequirements.find(({ type }) => type === 'MEMORY')?.value;
    return { queue: jobQueue, memory, size: arrayProperties?.size };
  });
}

/** How many shards had so many tries, of which they lost so many by Spot and by lack of memory. */
function losses(world: World) {
  return all(
    world.db,
    `select tries, spot_losses as spot, memory_losses as memory, count(*)::integer as shards from shards
     group by tries, spot_losses, memory_losses order by tries, spot, memory`,
    [],
  );
}

function ascending(a: number, b: number): number {
  return a - b;
}
