import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { withWorld } from '../support/world.ts';
import { acceptedJobs, alertsOf, expectNothingTwice, tell, untell } from '../support/world-facts.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(8);
});
afterAll(() => temporal.stop());

test('kill -9 of the worker in the middle of an array: another worker brings the run to its end', () =>
  withWorld(temporal, async (world) => {
    const worker = await world.spawnWorker();
    tell(world, 'hold');
    const run = await world.start('FAN', { size: 4 });
    await until(() => world.aws.journal.running().length === 4, { describe: 'four shards to run' });

    await worker.kill();
    untell(world, 'hold');
    await until(() => world.aws.journal.running().length === 0, { describe: 'the shards to end' });
    await world.startWorker();

    expect(await world.ends(run)).toMatchObject({ status: 'succeeded', records: 4 });
    expectNothingTwice(world);
    expect(world.aws.journal.processes()).toHaveLength(5);
  }));

test(
  'a crash between SubmitJob and the write of its id, with listing 30 s late: the job is found and adopted',
  () =>
    withWorld(temporal, async (world) => {
      world.aws.misbehave.set({ listingLagMs: 30_000 });
      const held = world.aws.misbehave.hold('SubmitJob', 'after');
      tell(world, 'hold');
      const crashing = await world.spawnWorker();
      const run = await world.start('ONE');
      await held.waiting();

      await crashing.kill();
      held.release();
      // The periods of production: 20 s of claim, and no second submit before another 60 s.
      await world.startWorker({ submitClaimMs: 20_000, lookGraceMs: 60_000, lookMs: 1_000 });
      const adopted = until(
        async () => (await world.db.query(`select 1 from attempts where external_id is not null`)).rowCount === 1,
        { describe: 'the job to be adopted' },
      );
      await adopted;
      untell(world, 'hold');

      expect(await world.ends(run)).toMatchObject({ status: 'succeeded' });
      expectNothingTwice(world);
      expect(await alertsOf(world, run)).toEqual([]);
    }),
  240_000,
);

test('a crash before AWS was called: the submit is taken over, once', () =>
  withWorld(temporal, async (world) => {
    const held = world.aws.misbehave.hold('SubmitJob', 'before');
    const crashing = await world.spawnWorker();
    const run = await world.start('ONE');
    await held.waiting();
    await crashing.kill();
    world.aws.misbehave.rule({ operation: 'SubmitJob', kind: 'serverError', times: 1 });
    held.release();

    await world.startWorker();

    expect(await world.ends(run)).toMatchObject({ status: 'succeeded' });
    expectNothingTwice(world);
  }));

test('the answer is lost and the client lives: the job is adopted, not submitted again', () =>
  withWorld(temporal, async (world) => {
    world.aws.misbehave.rule({ operation: 'SubmitJob', kind: 'loseAnswer', times: 1 });
    world.aws.misbehave.set({ loseEvents: true });
    await world.startWorker();

    const run = await world.ends(await world.start('ONE'));

    expect(run).toMatchObject({ status: 'succeeded' });
    expect(world.aws.journal.calls('SubmitJob')).toHaveLength(1);
    expectNothingTwice(world);
  }));

test('a submitter that slept while another took over makes a second job: it is stopped, and people are told', () =>
  withWorld(temporal, async (world) => {
    const held = world.aws.misbehave.hold('SubmitJob', 'before');
    tell(world, 'hold');
    // Without a sweep within the test: the submitter itself has to see that it came too late.
    const sleeper = await world.spawnWorker({ sweepMs: 120_000 });
    const run = await world.start('ONE');
    await held.waiting();
    sleeper.pause();
    await world.spawnWorker({ sweepMs: 120_000 });
    await held.waiting(2);

    held.release();
    await until(() => acceptedJobs(world).values().next().value?.length === 2, { describe: 'two jobs of one attempt' });
    sleeper.resume();

    await until(async () => (await alertsOf(world, run)).includes('secondJob'), { describe: 'the alert' });
    await until(() => world.aws.journal.running().length === 1, { describe: 'the second job to be stopped' });
    untell(world, 'hold');
    expect(await world.ends(run)).toMatchObject({ status: 'succeeded' });
    expect(world.aws.journal.processes().filter(({ ended }) => ended?.exitCode === 0)).toHaveLength(1);
  }));
