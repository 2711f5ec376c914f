import { startRun } from '../../engine/start-run.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { date, type World, withWorld } from '../support/world.ts';
import { expectNothingTwice, tell, untell } from '../support/world-facts.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(8);
});
afterAll(() => temporal.stop());

const again = (world: World, job: string, how: 'retry' | 'fromStart') =>
  startRun(world.engine, { job, runKey: date, who: 'test', again: how });

const stepsStarted = (world: World) =>
  world.aws.journal.processes().map(({ started }) => `${started.environment.NIGHTSHIFT_STEP} ${started.index ?? '-'}`);

test('a failed shard fails the run with its log; retry starts one process, for that shard alone', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'fail-1');

    const failed = await world.ends(await world.start('FAN', { size: 4 }));

    expect(failed.error).toMatchObject({
      class: 'exitCode',
      step: 'work#1',
      failures: [{ class: 'exitCode', exitCode: 3, shards: [1] }],
    });
    expect(failed.error?.logTail?.join('\n')).toMatch(/shard 1 was told to fail\n\s+at /);
    const before = stepsStarted(world).length;
    untell(world, 'fail-1');
    await again(world, 'FAN', 'retry');
    const succeeded = await world.ends(failed.id);
    expect(succeeded).toMatchObject({ status: 'succeeded', records: 4, result: { values: [0, 10, 20, 30], last: 4 } });
    expect(stepsStarted(world).slice(before)).toEqual(['work#1 -', 'sum#1 -']);
    expectNothingTwice(world);
  }));

test('two failed shards of five run again as an array of two, under their own indexes', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'fail-1', 'fail-3');
    const failed = await world.ends(await world.start('FAN', { size: 5 }));
    untell(world, 'fail-1', 'fail-3');
    const before = stepsStarted(world).length;

    await again(world, 'FAN', 'retry');

    expect(await world.ends(failed.id)).toMatchObject({ status: 'succeeded', result: { values: [0, 10, 20, 30, 40] } });
    expect(stepsStarted(world).slice(before).sort()).toEqual(['sum#1 -', 'work#1 0', 'work#1 1']);
  }));

test("the job's own retries are spent one by one, after their delay", () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'fail-0');

    const failed = await world.ends(await world.start('RETRIED'));

    expect(failed).toMatchObject({ status: 'failed', error: { class: 'exitCode' } });
    const [first, second, ...more] = world.aws.journal.processes();
    expect(more).toEqual([]);
    expect((second?.started.at ?? 0) - (first?.ended?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
  }));

test('from the start, finished steps run again, too', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    const run = await world.start('FAN', { size: 2 });
    await world.ends(run);

    await expect(again(world, 'FAN', 'retry')).rejects.toThrow('--from-start');
    await again(world, 'FAN', 'fromStart');

    expect(await world.ends(run)).toMatchObject({ status: 'succeeded', generation: 2 });
    expect(world.aws.journal.processes()).toHaveLength(6);
  }));

test('retry after a finished first step starts only what comes after it', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'fail-sum#1');
    const failed = await world.ends(await world.start('FAN', { size: 3 }));
    expect(failed).toMatchObject({ status: 'failed', error: { step: 'sum#1' } });
    untell(world, 'fail-sum#1');
    const before = stepsStarted(world).length;

    await again(world, 'FAN', 'retry');

    expect(await world.ends(failed.id)).toMatchObject({ status: 'succeeded', result: { last: 3 } });
    expect(stepsStarted(world).slice(before)).toEqual(['sum#1 -']);
  }));
