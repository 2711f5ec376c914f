import { startRun } from '../../engine/start-run.ts';
import { stopRun } from '../../engine/stop-run.ts';
import { bundleWorkflows } from '../../workers/bundle-workflows.ts';
import { startWorker } from '../../workers/start-worker.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { date, withWorld } from '../support/world.ts';
import { tell, untell, untilWorking } from '../support/world-facts.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(10);
});
afterAll(() => temporal.stop());

test('a retry with another input does not take the output of the old attempt that is still collecting', () =>
  withWorld(temporal, async (world) => {
    world.aws.misbehave.set({ logLagMs: 4_000 });
    await world.startWorker({ collectOutputMs: 20_000 });
    const run = await world.start('FAN', { size: 2 });
    const collecting = `select 1 from attempts where status = 'collecting'`;
    await until(async () => (await world.db.query(collecting)).rowCount, { describe: 'collecting' });
    await stopRun(world.engine, { runId: run, reason: 'cancelled', who: 't', error: null });
    await world.reaches(run, 'cancelled');

    await world.db.query(`update runs set input = json_build_object('dir', $1::text, 'size', 3)`, [world.dir]);
    await startRun(world.engine, { job: 'FAN', runKey: date, who: 't', again: 'retry' });

    expect(await world.ends(run, 30_000)).toMatchObject({ status: 'succeeded', result: { records: 3 } });
  }));

test('the pause between two readings of a log grows', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'mute');
    expect(await world.ends(await world.start('ONE'))).toMatchObject({ error: { class: 'outputMissing' } });
    // 30 ms, doubling, for 3 s: about 8.
    expect(world.aws.journal.calls('FilterLogEvents').length).toBeLessThan(15);
  }));

test('an array whose shards fail in many ways still wakes its run', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold', 'fail-0');
    const run = await world.start('ONE');
    await untilWorking(world, 1);
    await world.db.query(
      `insert into shards (step_id, index, status, attempt_id, class, exit_code, reason)
       select a.step_id, i, 'failed', a.id, 'startFailed', null, i || repeat(' request id', 80)
       from attempts a, generate_series(1, 5000) i`,
    );
    untell(world, 'hold');
    expect(await world.ends(run, 15_000)).toMatchObject({ status: 'failed' });
  }));

test('a run whose code has changed under it can be stopped', () =>
  withWorld(temporal, async (world) => {
    const first = await world.startWorker();
    tell(world, 'hold');
    const run = await world.start('HOLDER');
    await untilWorking(world, 1);
    await first.stop();
    const bundle = await bundleWorkflows({ directory: process.cwd(), jobs: world.jobs.jobs.values() });
    const code = bundle.code.replace(
      'const gate = await',
      'await new Promise((r) => setTimeout(r, 60000)); const gate = await',
    );
    expect(code).not.toBe(bundle.code);
    const { engine } = first;
    const address = temporal.address;
    const second = await startWorker({
      settings: {
        databaseUrl: world.databaseUrl,
        temporal: { namespace: world.client.options.namespace, connectionOptions: { address } },
        aws: { region: world.aws.region, endpointUrl: world.aws.endpoint },
      },
      project: engine.project,
      resources: engine.resources(),
      jobs: world.jobs,
      bundle: { code },
      log: engine.log,
      timings: engine.timings,
    } as never);
    try {
      await stopRun(world.engine, { runId: run, reason: 'cancelled', who: 't', error: null });
      const ended = await world.ends(run, 20_000).catch(() => null);
      const { events } = await world.client.workflow.getHandle(`${run}/1`).fetchHistory();
      const why = events?.flatMap((event) => event.workflowTaskFailedEventAttributes?.failure?.message ?? []);
      expect({ why, status: ended?.status }).toMatchObject({ status: 'cancelled' });
    } finally {
      await second.stop();
    }
  }));
