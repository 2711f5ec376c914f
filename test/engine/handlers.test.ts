import { startRun } from '../../engine/start-run.ts';
import { stopRun } from '../../engine/stop-run.ts';
import { cli, envOf } from '../cli/cli.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { date, type World, withWorld } from '../support/world.ts';
import { expectNothingTwice, tell, untell, untilWorking } from '../support/world-facts.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(14);
});
afterAll(() => temporal.stop());

/** Step keys with their status, in order of their start. */
async function stepsOf(world: World): Promise<string[]> {
  const { rows } = await world.db.query<{ step: string }>(`select key || ' ' || status as step from steps order by id`);
  return rows.map(({ step }) => step);
}

/** Waits until the step's process has begun. */
async function untilStep(world: World, key: string): Promise<void> {
  const begun = () => world.aws.journal.processes().some(({ started }) => started.environment.NIGHTSHIFT_STEP === key);
  await until(begun, { describe: `${key} to work` });
}

test('onSuccess runs after run, and its result is that of the run', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();

    const run = await world.ends(await world.start('HANDLED'));

    expect(run).toMatchObject({ status: 'succeeded', result: { value: 7, told: 8 } });
    expect(await stepsOf(world)).toEqual(['work#1 succeeded', 'last#1 succeeded', 'onSuccess/notify#1 succeeded']);
  }));

test('onFailure runs with the error; the run fails with its own error, and has the result of the handler', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'fail-last#1');

    const run = await world.ends(await world.start('HANDLED'));

    expect(run).toMatchObject({ status: 'failed', error: { step: 'last#1' }, result: { told: 9, why: 'exitCode' } });
    expect(run.error).not.toHaveProperty('handler');
    expect(await stepsOf(world)).toEqual(['work#1 succeeded', 'last#1 failed', 'onFailure/1/notify#1 succeeded']);
    const { stdout } = await cli(['show', run.id], { env: envOf(world) });
    expect(stdout).toContain('told: 9');
    expectNothingTwice(world);
  }));

test('an error of onSuccess fails the run, and onFailure hears of it', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();

    const run = await world.ends(await world.start('HANDLED', { broken: 'onSuccess' }));

    expect(run).toMatchObject({ status: 'failed', result: { told: 9, why: 'jobCode' } });
    expect(run.error?.message).toContain('nobody hears of it');
  }));

test('an error of onFailure is added to the error of the run, which stays', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'fail-last#1');

    const run = await world.ends(await world.start('HANDLED', { broken: 'onFailure' }));

    expect(run).toMatchObject({ status: 'failed', error: { step: 'last#1', handler: { class: 'jobCode' } } });
    const { stdout } = await cli(['show', run.id], { env: envOf(world) });
    expect(stdout).toMatch(/onFailure +The job's run threw Error: nobody hears of that, either/);
  }));

test('onFailure of a run that is out of time begins when its work is gone; a cancelled run has none', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold-work#1', 'stubborn');
    const timedOut = await world.start('HANDLED-BRIEF');

    const run = await world.ends(timedOut);

    expect(run).toMatchObject({ status: 'timedOut', error: { class: 'timedOut' }, result: { told: 9 } });
    const [work, notify] = world.aws.journal.processes();
    expect(notify?.started.environment.NIGHTSHIFT_STEP).toBe('onFailure/1/notify#1');
    expect(work?.ended?.at).toBeLessThanOrEqual(notify?.started.at ?? 0);

    const cancelled = await world.start('HANDLED');
    await until(async () => world.aws.journal.processes().length === 3, { describe: 'the work of the second run' });
    await stopRun(world.engine, { runId: cancelled, reason: 'cancelled', who: 'test', error: null });
    expect(await world.ends(cancelled)).toMatchObject({ status: 'cancelled', result: null });
    expect(world.aws.journal.processes()).toHaveLength(3);
  }));

test('a handler that takes too long is stopped, and the run is closed without it, with its own error', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'fail-work#1', 'hold-onFailure.1.notify#1');

    const run = await world.ends(await world.start('HANDLED-BRIEF'));

    expect(run).toMatchObject({ status: 'failed', error: { step: 'work#1', handler: { class: 'timedOut' } } });
    expect(run.result).toBeNull();
    expect(world.aws.journal.running()).toEqual([]);
    const { stdout } = await cli(['show', run.id], { env: envOf(world) });
    expect(stdout).toContain('onFailure did not end within 4.0 s');
    await until(
      async () => (await world.client.workflow.getHandle(`${run.id}/1`).describe()).status.name !== 'RUNNING',
      { describe: 'the workflow to end' },
    );
  }));

test('a retry that fails again calls onFailure again; finished steps of the body are not run again', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'fail-last#1');
    const id = await world.start('HANDLED');
    await world.ends(id);

    await startRun(world.engine, { job: 'HANDLED', runKey: date, who: 'test', again: 'retry' });

    expect(await world.ends(id)).toMatchObject({ status: 'failed', result: { told: 9 } });
    expect(await stepsOf(world)).toEqual([
      'work#1 succeeded',
      'last#1 failed',
      'onFailure/1/notify#1 succeeded',
      'onFailure/2/notify#1 succeeded',
    ]);
    expect(world.aws.journal.processes()).toHaveLength(5);
  }));

test('kill -9 of the worker while the handler works: another worker brings the handler to its end, once', () =>
  withWorld(temporal, async (world) => {
    const worker = await world.spawnWorker();
    tell(world, 'fail-last#1', 'hold-onFailure.1.notify#1');
    const id = await world.start('HANDLED');
    await untilStep(world, 'onFailure/1/notify#1');

    await worker.kill();
    await world.startWorker();
    untell(world, 'hold-onFailure.1.notify#1');

    expect(await world.ends(id, 30_000)).toMatchObject({ status: 'failed', result: { told: 9 } });
    expect(world.aws.journal.processes()).toHaveLength(3);
    expectNothingTwice(world);
  }));

test('a run that is terminated in Temporal cannot run its handler, and show says so', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold');
    const id = await world.start('HANDLED');
    await untilWorking(world, 1);

    await world.client.workflow.getHandle(`${id}/1`).terminate();

    expect(await world.ends(id)).toMatchObject({ status: 'failed', reason: 'terminated', result: null });
    const { stdout } = await cli(['show', id], { env: envOf(world) });
    expect(stdout).toContain('onFailure did not run to its end: the workflow was gone');
    expect(world.aws.journal.processes()).toHaveLength(1);
  }));
