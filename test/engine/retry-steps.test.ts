import { type RetryRequest, retryRun } from '../../engine/retry-run.ts';
import { stopRun } from '../../engine/stop-run.ts';
import { listAudit } from '../../store/audit.ts';
import { latestExecution } from '../../store/executions.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { date, type World, withWorld } from '../support/world.ts';
import { expectNothingTwice, tell, untell } from '../support/world-facts.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(10);
});
afterAll(() => temporal.stop());

const retry = (world: World, job: string, steps: RetryRequest['steps']) =>
  retryRun(world.engine, { job, runKey: date, who: 'hanako', again: 'retry', ...(steps && { steps }) });

const stepsStarted = (world: World) =>
  world.aws.journal.processes().map(({ started }) => `${started.environment.NIGHTSHIFT_STEP} ${started.index ?? '-'}`);

test('a named step runs again with all its shards, and so does what was started after it', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'fail-sum#1');
    const failed = await world.ends(await world.start('FAN', { size: 2 }));
    untell(world, 'fail-sum#1');
    const before = stepsStarted(world).length;

    await retry(world, 'FAN', { step: 'work#1' });

    expect(await world.ends(failed.id)).toMatchObject({ status: 'succeeded', result: { values: [0, 10], last: 2 } });
    expect(stepsStarted(world).slice(before).sort()).toEqual(['sum#1 -', 'work#1 0', 'work#1 1']);
    expect(await listAudit(world.db, failed.id)).toMatchObject([
      { action: 'start' },
      { action: 'retry' },
      { who: 'hanako', action: 'run again: work#1, sum#1' },
    ]);
    expectNothingTwice(world);
  }));

test('what was finished before the named step is not run again', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'fail-sum#1');
    const failed = await world.ends(await world.start('FAN', { size: 2 }));
    untell(world, 'fail-sum#1');
    const before = stepsStarted(world).length;

    await retry(world, 'FAN', { step: 'sum#1' });

    expect(await world.ends(failed.id)).toMatchObject({ status: 'succeeded', result: { last: 2 } });
    expect(stepsStarted(world).slice(before)).toEqual(['sum#1 -']);
  }));

test('the output of an attempt that is still being read does not count for a step that is to run again', () =>
  withWorld(temporal, async (world) => {
    world.aws.misbehave.set({ logLagMs: 3_000 });
    await world.startWorker({ collectOutputMs: 20_000 });
    const run = await world.start('ONE');
    const collecting = `select 1 from attempts where status = 'collecting'`;
    await until(async () => (await world.db.query(collecting)).rowCount, { describe: 'collecting' });
    await stopRun(world.engine, { runId: run, reason: 'cancelled', who: 'test', error: null });
    await world.reaches(run, 'cancelled');

    await retry(world, 'ONE', { step: 'work#1' });

    expect(await world.ends(run, 30_000)).toMatchObject({ status: 'succeeded' });
    expect(stepsStarted(world)).toEqual(['work#1 -', 'work#1 -']);
  }));

test('a failed step that is skipped counts as succeeded without output, and starts nothing', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'fail-work#1');
    const failed = await world.ends(await world.start('ONE'));
    const before = stepsStarted(world).length;

    await retry(world, 'ONE', { skipStep: 'work#1', reason: 'sent by hand' });

    expect(await world.ends(failed.id)).toMatchObject({ status: 'succeeded', result: null, error: null });
    expect(stepsStarted(world)).toHaveLength(before);
    expect((await listAudit(world.db, failed.id)).at(-1)).toMatchObject({
      who: 'hanako',
      action: 'skip step work#1',
      reason: 'sent by hand',
    });
  }));

test('a step that is not there, or has not failed, is refused with those that are, and nothing changes', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'fail-sum#1');
    const failed = await world.ends(await world.start('FAN', { size: 2 }));

    await expect(retry(world, 'FAN', { step: 'score#1' })).rejects.toThrow(
      `FAN/${date} has no step "score#1"; there is work#1 (succeeded), sum#1 (failed)`,
    );
    await expect(retry(world, 'FAN', { skipStep: 'work#1', reason: 'r' })).rejects.toThrow(
      `Step work#1 of FAN/${date} is succeeded, not failed; there is sum#1 (failed)`,
    );

    expect(await world.ends(failed.id)).toMatchObject({ status: 'failed' });
    expect(await latestExecution(world.db, failed.id)).toMatchObject({ number: 1, status: 'closed' });
  }));
