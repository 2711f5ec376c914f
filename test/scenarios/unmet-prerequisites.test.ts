import { startRun } from '../../engine/start-run.ts';
import { stopRun } from '../../engine/stop-run.ts';
import { getRun } from '../../store/runs.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { date, type World, withWorld } from '../support/world.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(4);
});
afterAll(() => temporal.stop());

const dayBefore = '2026-11-20';

const ask = async (world: World, job: string, runKey: string, again?: 'retry') =>
  (await startRun(world.engine, { job, runKey, who: 'test', ...(again && { again }) })).runId;

const statusOf = async (world: World, runId: string) => (await getRun(world.db, runId))?.status;

const untilItWaits = (world: World, runId: string) =>
  until(async () => (await world.db.query('select 1 from waits where run_id = $1', [runId])).rowCount, {
    describe: `${runId} to wait`,
  });

/** Ends a run that has not worked yet as cancelled: no worker is there to let it finish first. */
async function cancelled(world: World, job: string): Promise<string> {
  const run = await ask(world, job, date);
  await stopRun(world.engine, { runId: run, reason: 'cancelled', who: 'test', error: null });
  return run;
}

test('a prerequisite of another business date does not count', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    await world.ends(await ask(world, 'LEFT', dayBefore));
    await world.ends(await ask(world, 'RIGHT', date));

    const waiting = await ask(world, 'WAITING', date);

    await untilItWaits(world, waiting);
    expect(await statusOf(world, waiting)).toBe('waiting');
    // Both prerequisites of JOINED have succeeded, but not for one date.
    expect(await statusOf(world, `JOINED/${dayBefore}`)).toBe('expected');
    expect(await statusOf(world, `JOINED/${date}`)).toBe('expected');
    await ask(world, 'LEFT', date);
    expect(await world.ends(waiting)).toMatchObject({ status: 'succeeded' });
  }));

test('a prerequisite that was cancelled is waited for until its retry succeeds', () =>
  withWorld(temporal, async (world) => {
    const left = await cancelled(world, 'LEFT');
    await world.startWorker();
    expect(await world.ends(left)).toMatchObject({ status: 'cancelled' });

    const waiting = await ask(world, 'WAITING', date);

    await untilItWaits(world, waiting);
    expect(await statusOf(world, waiting)).toBe('waiting');
    await ask(world, 'LEFT', date, 'retry');
    expect(await world.ends(waiting)).toMatchObject({ status: 'succeeded' });
  }));

test('a prerequisite that was cancelled starts no successor', () =>
  withWorld(temporal, async (world) => {
    const left = await cancelled(world, 'LEFT');
    await world.startWorker();
    await world.ends(left);

    await world.ends(await ask(world, 'RIGHT', date));

    expect(await statusOf(world, `JOINED/${date}`)).toBe('expected');
    await ask(world, 'LEFT', date, 'retry');
    expect(await world.ends(`JOINED/${date}`)).toMatchObject({ status: 'succeeded' });
  }));
