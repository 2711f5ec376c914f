import { startRun } from '../../engine/start-run.ts';
import { getRun } from '../../store/runs.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { type World, withWorld } from '../support/world.ts';
import { alertsOf, holderOf, tell, untell, untilWorking } from '../support/world-facts.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(8);
});
afterAll(() => temporal.stop());

const ask = async (world: World, runKey: string) =>
  (await startRun(world.engine, { job: 'HOLDER', runKey, who: 'test', input: { dir: world.dir } })).runId;

test('a busy lock is waited for in the order of asking; the token grows and reaches the container', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold');
    const first = await ask(world, '2026-11-01');
    await untilWorking(world, 1);
    const others: string[] = [];
    for (const day of ['2026-11-03', '2026-11-02']) {
      others.push(await ask(world, day));
      const asked = `select 1 from waits where kind = 'lock' and met_at is null`;
      await until(async () => (await world.db.query(asked)).rowCount === others.length, {
        describe: 'the lock to be asked for',
      });
    }

    untell(world, 'hold');

    const ended = [];
    for (const run of [first, ...others]) ended.push(await world.ends(run));
    expect(ended.map((run) => run.result)).toMatchObject([
      { tokens: { table: 1 } },
      { tokens: { table: 2 } },
      { tokens: { table: 3 } },
    ]);
    for (const [index, run] of ended.slice(1).entries()) {
      expect(run.startedAt?.getTime()).toBeGreaterThanOrEqual(ended[index]?.endedAt?.getTime() ?? Infinity);
    }
    expect(await holderOf(world, 'table')).toEqual({ runId: null, token: 3 });
  }));

test('a run that does not wait for a busy lock is not run, with an alert', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold');
    const holder = await world.start('HOLDER');
    await untilWorking(world, 1);

    const proud = await world.ends(await world.start('PROUD'));

    expect(proud).toMatchObject({ status: 'notRun', reason: 'lockBusy' });
    expect(await alertsOf(world, proud.id)).toEqual(['notRun']);
    expect(await holderOf(world, 'table')).toMatchObject({ runId: holder });
    untell(world, 'hold');
    await world.ends(holder);
    expect(
      await world.ends(
        (await startRun(world.engine, { job: 'PROUD', runKey: '2026-11-21', who: 'test', again: 'retry' })).runId,
      ),
    ).toMatchObject({
      status: 'succeeded',
    });
  }));

test('a lock is released when its run fails', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'fail-0');

    expect(await world.ends(await world.start('HOLDER'))).toMatchObject({ status: 'failed' });

    expect(await holderOf(world, 'table')).toEqual({ runId: null, token: 1 });
  }));

test('a lock is released when its run times out', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold');
    const run = await world.start('HOLDER');
    await untilWorking(world, 1);

    await world.db.query('update runs set timeout_at = now() where id = $1', [run]);

    expect(await world.ends(run)).toMatchObject({ status: 'timedOut' });
    expect(await holderOf(world, 'table')).toEqual({ runId: null, token: 1 });
  }));

test('a lease is as long as the timeout and renewed while the run is open; its end is told and frees nothing', () =>
  withWorld(temporal, async (world) => {
    // This one never renews within the test.
    await world.startWorker({ leaseMs: 60_000 });
    tell(world, 'hold');
    const holder = await ask(world, '2026-11-01');
    await untilWorking(world, 1);
    expect(await leaseHours(world)).toBeCloseTo(24, 1);
    const asker = await ask(world, '2026-11-02');
    await until(async () => (await world.db.query(`select 1 from waits where met_at is null`)).rowCount, {
      describe: 'the lock to be asked for',
    });
    await world.db.query(`update lock_slots set lease_until = now() - interval '1 hour'`);

    await world.startWorker();

    await until(async () => (await leaseHours(world)) > 0, { describe: 'the lease to be renewed' });
    expect(await leaseHours(world)).toBeCloseTo(24, 1);
    expect(await alertsOf(world, holder)).toEqual(['lockExpired']);
    expect(await holderOf(world, 'table')).toEqual({ runId: holder, token: 1 });
    expect((await getRun(world.db, asker))?.status).toBe('waiting');
    untell(world, 'hold');
    expect((await world.ends(asker)).result).toMatchObject({ tokens: { table: 2 } });
  }));

/** What is left of the lease of the one lock, in hours. */
async function leaseHours(world: World): Promise<number> {
  const left = 'select (extract(epoch from lease_until - now()) / 3600)::float8 as hours from lock_slots';
  return (await world.db.query<{ hours: number }>(left)).rows[0]?.hours ?? Number.NaN;
}
