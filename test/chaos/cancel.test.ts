import { startRun } from '../../engine/start-run.ts';
import { stopRun } from '../../engine/stop-run.ts';
import { getRun } from '../../store/runs.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { type World, withWorld } from '../support/world.ts';
import { alertsOf, expectNothingTwice, holderOf, tell, untell, untilWorking } from '../support/world-facts.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(16);
});
afterAll(() => temporal.stop());

const cancel = (world: World, runId: string) =>
  stopRun(world.engine, { runId, reason: 'cancelled', who: 'test', error: null });

test('cancel: the processes are gone before the lock is free', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold', 'stubborn');
    const run = await world.start('HOLDER');
    await untilWorking(world, 1);

    await cancel(world, run);

    const seen: { running: number; holder: string | null }[] = [];
    await until(
      async () => {
        // In this order: were the lock freed too soon, the process would still be seen after it.
        const holder = (await holderOf(world, 'table'))?.runId ?? null;
        seen.push({ running: world.aws.journal.running().length, holder });
        return holder === null;
      },
      { describe: 'the lock to be free' },
    );
    expect(seen.some((one) => one.running === 1 && one.holder === run)).toBe(true);
    expect(seen.filter((one) => one.running > 0 && one.holder === null)).toEqual([]);
    expect(await world.ends(run)).toMatchObject({ status: 'cancelled' });
    expect(world.aws.journal.processes()[0]?.ended?.signal).toBe('SIGKILL');
  }));

test.each(['before', 'after'] as const)(
  'a cancel that comes while the submit is under way (held %s the work)',
  (point) =>
    withWorld(temporal, async (world) => {
      const held = world.aws.misbehave.hold('SubmitJob', point);
      tell(world, 'hold');
      await world.startWorker();
      const run = await world.start('HOLDER');
      await held.waiting();

      await cancel(world, run);
      expect((await getRun(world.db, run))?.status).toBe('stopping');
      held.release();

      expect(await world.ends(run)).toMatchObject({ status: 'cancelled' });
      expect(world.aws.journal.running()).toEqual([]);
      expect(await holderOf(world, 'table')).toMatchObject({ runId: null });
      expectNothingTwice(world);
    }),
);

test('an empty look is no proof while the submit may be under way: the lock stays held until AWS has answered', () =>
  withWorld(temporal, async (world) => {
    const held = world.aws.misbehave.hold('SubmitJob', 'before');
    tell(world, 'hold');
    await world.startWorker({ submitClaimMs: 1_500, lookGraceMs: 20_000 });
    const run = await world.start('HOLDER');
    await held.waiting();
    await cancel(world, run);

    // Once the submitter's claim is over, the watcher looks by name, and finds nothing.
    const looks = () => world.aws.journal.calls('ListJobs').filter(({ request }) => request.filters !== undefined);
    const closed = async () => (await getRun(world.db, run))?.status === 'cancelled';
    await until(async () => looks().length >= 3 || closed(), { describe: 'some empty looks' });

    expect((await getRun(world.db, run))?.status).toBe('stopping');
    expect(await holderOf(world, 'table')).toMatchObject({ runId: run });
    held.release();
    expect(await world.ends(run)).toMatchObject({ status: 'cancelled' });
    expect(world.aws.journal.running()).toEqual([]);
    expectNothingTwice(world);
  }));

test('a cancel of a submit whose answer is lost: what AWS made is found and stopped', () =>
  withWorld(temporal, async (world) => {
    const held = world.aws.misbehave.hold('SubmitJob', 'before');
    world.aws.misbehave.rule({ operation: 'SubmitJob', kind: 'loseAnswer', times: 1 });
    world.aws.misbehave.set({ listingLagMs: 1_000 });
    tell(world, 'hold');
    await world.startWorker({ lookGraceMs: 3_000 });
    const run = await world.start('ONE');
    await held.waiting();

    await cancel(world, run);
    held.release();

    expect(await world.ends(run)).toMatchObject({ status: 'cancelled' });
    expect(world.aws.journal.processes()).toHaveLength(1);
    expect(world.aws.journal.running()).toEqual([]);
  }));

test('a waiting run is cancelled, and one that waits for its lock goes on', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    const run = await world.start('WAITING');
    await until(async () => (await world.db.query('select 1 from waits where run_id = $1', [run])).rowCount, {
      describe: 'the wait to be registered',
    });

    await cancel(world, run);

    expect(await world.ends(run)).toMatchObject({ status: 'cancelled' });
    expect((await world.db.query('select 1 from waits')).rowCount).toBe(0);
  }));

test('a run terminated in Temporal while it waits for its lock is closed; the lock is as free as before', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold');
    const holder = await world.start('HOLDER');
    await world.reaches(holder, 'running');
    const other = await startRun(world.engine, {
      job: 'HOLDER',
      runKey: '2026-11-20',
      who: 'test',
      input: { dir: world.dir },
    });
    await until(
      async () => (await world.db.query(`select 1 from waits where kind = 'lock' and met_at is null`)).rowCount,
      {
        describe: 'the second run to ask for the lock',
      },
    );

    await world.client.workflow.getHandle(`${other.runId}/1`).terminate('by hand');

    expect(await world.ends(other.runId)).toMatchObject({ status: 'failed', reason: 'terminated' });
    untell(world, 'hold');
    expect(await world.ends(holder)).toMatchObject({ status: 'succeeded' });
    expect(await holderOf(world, 'table')).toMatchObject({ runId: null, token: 1 });
  }));

test('a run terminated in Temporal while it works: its work is stopped, its lock free, and retry goes on', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold');
    const run = await world.start('HOLDER');
    await untilWorking(world, 1);

    await world.client.workflow.getHandle(`${run}/1`).terminate('by hand');

    expect(await world.ends(run)).toMatchObject({ status: 'failed', reason: 'terminated' });
    expect(world.aws.journal.running()).toEqual([]);
    expect(await holderOf(world, 'table')).toMatchObject({ runId: null });
    expect(await alertsOf(world, run)).toEqual(['failed']);
  }));

test('a workflow cancelled in Temporal ends as cancelled', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold');
    const run = await world.start('ONE');
    await untilWorking(world, 1);

    await world.client.workflow.getHandle(`${run}/1`).cancel();

    expect(await world.ends(run)).toMatchObject({ status: 'cancelled' });
    expect(world.aws.journal.running()).toEqual([]);
  }));

test('the run timeout stops the work and ends the run as timed out', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold');

    const run = await world.ends(await world.start('BRIEF'));

    expect(run).toMatchObject({ status: 'timedOut', error: { class: 'timedOut' } });
    expect(world.aws.journal.running()).toEqual([]);
    expect(await alertsOf(world, run.id)).toEqual(['timedOut']);
  }));

test('a task that is not awaited is stopped, and the run fails with its name', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold-work#1');

    const run = await world.ends(await world.start('FORGETFUL'));

    expect(run).toMatchObject({ status: 'failed', reason: 'taskNotAwaited', error: { class: 'taskNotAwaited' } });
    expect(run.error?.message).toContain('work#1');
    expect(world.aws.journal.running()).toEqual([]);
  }));

test('a job in AWS that no open attempt owns is stopped at first sight, and people are told', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold');
    const run = await world.start('ONE');
    await untilWorking(world, 1);

    // As after a restore of the database: the row says ended, AWS says running.
    await world.db.query(`update attempts set status = 'failed', told = true`);

    await until(() => world.aws.journal.running().length === 0, { describe: 'the stray job to be stopped' });
    expect(await alertsOf(world, run)).toEqual(['strayJob']);
  }));
