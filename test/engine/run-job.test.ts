import { startRun } from '../../engine/start-run.ts';
import { stopRun } from '../../engine/stop-run.ts';
import { getRun } from '../../store/runs.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { date, type World, withWorld } from '../support/world.ts';
import { tell, untell, untilWorking } from '../support/world-facts.ts';

jest.setTimeout(90_000);
let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(10);
});
afterAll(() => temporal.stop());

const inner = `INNER/${date}`;

async function cancel(world: World, runId: string): Promise<void> {
  await stopRun(world.engine, { runId, reason: 'cancelled', who: 'test', error: null });
}

test('runJob starts the other run, waits for it, and gives its result', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();

    const run = await world.ends(await world.start('OUTER'));

    expect(run).toMatchObject({ status: 'succeeded', result: { of: 42 } });
    expect(await world.ends(inner)).toMatchObject({ status: 'succeeded', parent: run.id });
  }));

test('a run that has succeeded gives its result at once, one that is open is joined', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold');
    await world.start('INNER');
    await untilWorking(world, 1);
    const outer = await world.start('OUTER');
    const waits = `select 1 from waits where kind = 'run'`;
    await until(async () => (await world.db.query(waits)).rowCount === 1, { describe: 'the wait' });
    untell(world, 'hold');

    expect(await world.ends(outer)).toMatchObject({ status: 'succeeded', result: { of: 42 } });
    expect(await world.ends(inner)).toMatchObject({ parent: null });
    expect(world.aws.journal.processes()).toHaveLength(1);
  }));

test('a failed other run fails the asker by name; a retry of the asker retries it', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'fail-0');
    const outer = await world.start('OUTER');

    const failed = await world.ends(outer);

    expect(failed).toMatchObject({ status: 'failed', error: { class: 'exitCode' } });
    expect(failed.error?.message).toContain(`${inner}, which this run waited for, ended as failed: Step work#1 failed`);
    untell(world, 'fail-0');
    await startRun(world.engine, { job: 'OUTER', runKey: date, who: 'test', again: 'retry' });
    expect(await world.ends(outer)).toMatchObject({ status: 'succeeded', result: { of: 42 } });
  }));

test('a run that runJob started is stopped with its asker', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold');
    const outer = await world.start('OUTER');
    await untilWorking(world, 1);

    await cancel(world, outer);

    expect(await world.ends(outer)).toMatchObject({ status: 'cancelled' });
    expect(await world.ends(inner)).toMatchObject({ status: 'cancelled' });
    expect(world.aws.journal.running()).toEqual([]);
  }));

test('a run that was only joined goes on when its asker is cancelled', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold');
    await world.start('INNER');
    await untilWorking(world, 1);
    const outer = await world.start('OUTER');
    const waits = `select 1 from waits where kind = 'run'`;
    await until(async () => (await world.db.query(waits)).rowCount === 1, { describe: 'the wait' });

    await cancel(world, outer);
    expect(await world.ends(outer)).toMatchObject({ status: 'cancelled' });
    // What was started for another asker is stopped: by then the watcher has looked at this one, too.
    const request = { job: 'OUTER', runKey: '2026-11-22', who: 'test', input: { dir: world.dir } };
    const { runId: second } = await startRun(world.engine, request);
    await untilWorking(world, 2);
    await cancel(world, second);
    expect(await world.ends('INNER/2026-11-22')).toMatchObject({ status: 'cancelled' });

    expect(await getRun(world.db, inner)).toMatchObject({ status: 'running' });
    untell(world, 'hold');
    expect(await world.ends(inner)).toMatchObject({ status: 'succeeded', parent: null });
  }));

test('a run that would wait for itself fails at once, and names the ring', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();

    const { error } = await world.ends(await world.start('OUTER', { other: 'OUTER' }));

    expect(error?.message).toContain(`would wait for ever: OUTER/${date} waits for OUTER/${date}`);
  }));

test('sleepUntil waits for the time; what is past is over at once; a stop does not wait for it', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    const starts = async (world: World, runKey: string, until: string) =>
      (await startRun(world.engine, { job: 'SLEEPER', runKey, who: 'test', input: { dir: world.dir, until } })).runId;

    const past = await starts(world, '2026-11-01', '03:15');
    const soon = await starts(world, '2026-11-02', new Date(Date.now() + 3_000).toISOString());
    const never = await starts(world, '2026-11-03', '2100-01-01T00:00:00Z');
    const wrong = await starts(world, '2026-11-04', 'soon');

    expect(await world.ends(past)).toMatchObject({ status: 'succeeded' });
    expect(await world.ends(soon)).toMatchObject({ status: 'succeeded' });
    expect((await world.ends(wrong)).error?.message).toContain('sleepUntil got "soon"');
    await world.reaches(never, 'running');
    await cancel(world, never);
    expect(await world.ends(never)).toMatchObject({ status: 'cancelled' });
  }));
