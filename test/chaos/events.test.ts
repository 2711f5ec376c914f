import { getRun } from '../../store/runs.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { type World, withWorld } from '../support/world.ts';
import { expectNothingTwice, tell, untell } from '../support/world-facts.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(16);
});
afterAll(() => temporal.stop());

/** What every case must come to, whatever the events do. */
async function expectSameResult(world: World, run: string) {
  expect(await world.ends(run)).toMatchObject({ status: 'succeeded', records: 3, result: { values: [0, 10, 20] } });
  expectNothingTwice(world);
  expect(world.aws.journal.processes()).toHaveLength(4);
}

test('the same event three times', () =>
  withWorld(temporal, async (world) => {
    world.aws.misbehave.set({ repeatEvents: 2 });
    await world.startWorker({ pollMs: 60_000 });

    await expectSameResult(world, await world.start('FAN'));
  }));

test('no event at all: polling finds the ends', () =>
  withWorld(temporal, async (world) => {
    world.aws.misbehave.set({ loseEvents: true });
    await world.startWorker();

    await expectSameResult(world, await world.start('FAN'));
  }));

test('events that come late and in another order', () =>
  withWorld(temporal, async (world) => {
    world.aws.misbehave.set({ reorderEvents: true, eventDelayMs: 300, repeatEvents: 1 });
    await world.startWorker();

    await expectSameResult(world, await world.start('FAN'));
  }));

test('an event before the id is written', () =>
  withWorld(temporal, async (world) => {
    const held = world.aws.misbehave.hold('SubmitJob', 'after');
    // Polling, or the end of the submitter's claim, would take a minute: only the event that came too early is in time.
    await world.startWorker({ pollMs: 60_000, submitClaimMs: 60_000 });
    const run = await world.start('ONE');
    await held.waiting();
    await until(
      async () =>
        (await world.db.query(`select 1 from attempts where event is not null and external_id is null`)).rowCount,
      { describe: 'the event to be kept' },
    );
    // Its own notice has been sent by then: what follows is owed to the write of the id.
    const calls = (operation: string) => world.aws.journal.calls(operation).length;
    await until(() => calls('DeleteMessageBatch') === calls('ReceiveMessage'), { describe: 'the event to be deleted' });

    held.release();

    expect(await world.ends(run)).toMatchObject({ status: 'succeeded' });
    expectNothingTwice(world);
  }));

test('output lines that appear late in the log are waited for', () =>
  withWorld(temporal, async (world) => {
    world.aws.misbehave.set({ logLagMs: 1_000 });
    await world.startWorker();

    await expectSameResult(world, await world.start('FAN'));
  }));

test('an output line that never comes fails the step as outputMissing', () =>
  withWorld(temporal, async (world) => {
    tell(world, 'mute');
    await world.startWorker({ collectOutputMs: 500 });

    const run = await world.ends(await world.start('ONE'));

    expect(run).toMatchObject({ status: 'failed', error: { class: 'outputMissing' } });
  }));

test('throttled and failing looks change nothing', () =>
  withWorld(temporal, async (world) => {
    world.aws.misbehave.rule({ operation: 'DescribeJobs', kind: 'throttle', times: 3 });
    world.aws.misbehave.rule({ operation: 'FilterLogEvents', kind: 'serverError', times: 2 });
    await world.startWorker();

    await expectSameResult(world, await world.start('FAN'));
  }));

test('a throttled submit made nothing: the attempt is retried free of charge', () =>
  withWorld(temporal, async (world) => {
    world.aws.misbehave.rule({ operation: 'SubmitJob', kind: 'throttle', times: 1 });
    await world.startWorker();

    // RETRIED waits one second between tries; a job without a retry of its own is tried again as well.
    expect(await world.ends(await world.start('RETRIED'))).toMatchObject({ status: 'succeeded' });
    expectNothingTwice(world);
  }));

test('a refused submit fails the run with the name of the missing action', () =>
  withWorld(temporal, async (world) => {
    world.aws.misbehave.rule({ operation: 'SubmitJob', kind: 'accessDenied', times: 1 });
    await world.startWorker();

    const run = await world.ends(await world.start('ONE'));

    expect(run).toMatchObject({ status: 'failed', error: { class: 'accessDenied' } });
    expect(run.error?.message).toContain('batch:SubmitJob');
  }));

test('two workers share the looks: no id is described twice in one cycle', () =>
  withWorld(temporal, async (world) => {
    tell(world, 'hold');
    world.aws.misbehave.set({ loseEvents: true });
    await Promise.all([world.startWorker(), world.startWorker()]);
    const runs = await Promise.all(['ONE', 'FAN', 'RETRIED', 'HOLDER'].map((job) => world.start(job)));
    await until(() => world.aws.journal.running().length === 6, { describe: 'all four attempts to run' });
    const before = world.aws.journal.calls('DescribeJobs').length;
    await until(() => world.aws.journal.calls('DescribeJobs').length >= before + 8, { describe: 'some cycles' });
    const looks = looksById(world);
    untell(world, 'hold');
    for (const run of runs) await world.ends(run);

    // A row that is due pulls those due within half a poll along: never sooner than that.
    const halfAPoll = 200;
    for (const [id, times] of looks) {
      const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
      expect({ id, soon: gaps.filter((gap) => gap < halfAPoll) }).toEqual({ id, soon: [] });
    }
    expect(looks.size).toBe(4);
    expect((await getRun(world.db, runs[0] ?? ''))?.status).toBe('succeeded');
  }));

test('two workers share the sweep: AWS is listed once a period', () =>
  withWorld(temporal, async (world) => {
    const sweepMs = 1_500;
    await Promise.all([world.startWorker({ sweepMs }), world.startWorker({ sweepMs })]);
    // Each sweep asks for each status of each queue once.
    const sweeps = () =>
      world.aws.journal
        .calls('ListJobs')
        .filter(({ request }) => request.jobQueue === 'main' && request.jobStatus === 'RUNNING')
        .map(({ at }) => at);

    await until(() => sweeps().length >= 5, { describe: 'five sweeps' });

    const [first = 0, ...more] = sweeps().slice(0, 5);
    expect((more.at(-1) ?? 0) - first).toBeGreaterThanOrEqual(3.5 * sweepMs);
  }));

function looksById(world: World): Map<string, number[]> {
  const looks = new Map<string, number[]>();
  for (const call of world.aws.journal.calls('DescribeJobs')) {
    for (const id of call.request.jobs as string[]) looks.set(id, [...(looks.get(id) ?? []), call.at]);
  }
  return looks;
}
