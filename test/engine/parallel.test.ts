import { startRun } from '../../engine/start-run.ts';
import { stopRun } from '../../engine/stop-run.ts';
import { cli, envOf } from '../cli/cli.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { type World, withWorld } from '../support/world.ts';
import { expectNothingTwice, startedProcesses, tell, untell, untilWorking } from '../support/world-facts.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(14);
});
afterAll(() => temporal.stop());

/** Step to its status. */
async function stepsOf(world: World): Promise<Record<string, string>> {
  const { rows } = await world.db.query<{ key: string; status: string }>('select key, status from steps order by key');
  return Object.fromEntries(rows.map(({ key, status }) => [key, status]));
}

test('branches run side by side, give their results by name, and name their steps by their path', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold');
    const run = await world.start('PARALLEL');
    await untilWorking(world, 3);
    untell(world, 'hold');

    expect(await world.ends(run)).toMatchObject({
      status: 'succeeded',
      result: { left: [1, 2], right: 3, inner: 4, after: 5 },
    });
    expect(await stepsOf(world)).toEqual({
      'left/work#1': 'succeeded',
      'left/work#2': 'succeeded',
      'right/work#1': 'succeeded',
      'nested/inner/work#1': 'succeeded',
      'work#1': 'succeeded',
    });
  }));

test('with "wait" the other branches go on to their ends; the one error names every failure with its log', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'fail-right.work#1', 'fail-nested.inner.work#1', 'hold-left.work#1');
    const run = await world.start('PARALLEL', { onFailure: 'wait' });
    await until(async () => (await stepsOf(world))['right/work#1'] === 'failed', { describe: 'right to fail' });
    await until(async () => (await stepsOf(world))['nested/inner/work#1'] === 'failed', { describe: 'inner to fail' });
    untell(world, 'hold-left.work#1');

    const { status, error } = await world.ends(run);

    expect(status).toBe('failed');
    expect(error?.message).toMatch(/^2 of 3 parallel branches failed\nright: Step right.*\nnested\/inner: Step nested/);
    expect(error).toMatchObject({
      class: 'exitCode',
      branches: [
        { branch: 'right', error: { step: 'right/work#1', failures: [{ exitCode: 3 }] } },
        { branch: 'nested/inner', error: { step: 'nested/inner/work#1', failures: [{ exitCode: 3 }] } },
      ],
    });
    for (const branch of error?.branches ?? []) expect(branch.error.logTail).toContain('about to fail');
    expect(await stepsOf(world)).toMatchObject({ 'left/work#1': 'succeeded', 'left/work#2': 'succeeded' });
    expect(await stepsOf(world)).not.toHaveProperty('work#1');
    const { stdout } = await cli(['show', run], { env: envOf(world) });
    expect(stdout.match(/about to fail/g)).toHaveLength(2);
    for (const part of ['right/work#1', 'nested/inner/work#1']) expect(stdout).toContain(`step       ${part}`);
  }));

test('a retry after a failed parallel runs the failed branch alone', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'fail-right.work#1');
    const run = await world.start('PARALLEL');
    await world.ends(run);
    untell(world, 'fail-right.work#1');

    const { code } = await cli(['retry', run], { env: envOf(world) });

    expect(code).toBe(0);
    expect(await world.ends(run)).toMatchObject({ status: 'succeeded' });
    // Four of the first execution, then the failed one and the step after the branches.
    expect(startedProcesses(world)).toHaveLength(6);
    expectNothingTwice(world);
  }));

test('with "cancel" the other branches are stopped in AWS, and the run goes on only when that is proved', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold-left.work#1', 'hold-nested.inner.work#1', 'hold-right.work#1');
    const run = await world.start('PARALLEL', { onFailure: 'cancel' });
    await untilWorking(world, 3);
    tell(world, 'fail-right.work#1');
    untell(world, 'hold-right.work#1');

    const { status, error } = await world.ends(run);

    expect(status).toBe('failed');
    expect(error?.branches).toMatchObject([
      { branch: 'right', error: { class: 'exitCode' } },
      { branch: 'left', error: { class: 'cancelled' } },
      { branch: 'nested', error: { class: 'cancelled' } },
    ]);
    expect(await stepsOf(world)).toEqual({
      'left/work#1': 'stopped',
      'right/work#1': 'failed',
      'nested/inner/work#1': 'stopped',
    });
    // While the run was still running: the branches were stopped for the failed one, not with the run.
    const { rows } = await world.db.query(`select count(*) as count from audit where action like 'stop%'`);
    expect(rows).toEqual([{ count: 0 }]);
    expect(world.aws.journal.running()).toEqual([]);
  }));

test('a job that goes on after stopped branches goes on only when their processes are gone', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold-left.work#1', 'hold-right.work#1', 'stubborn');
    const run = await world.start('GOES-ON');
    await untilWorking(world, 2);
    tell(world, 'fail-right.work#1');
    untell(world, 'hold-right.work#1');

    expect(await world.ends(run, 30_000)).toMatchObject({ status: 'succeeded' });
    const processes = world.aws.journal.processes();
    const step = (key: string) => processes.find(({ started }) => started.environment.NIGHTSHIFT_STEP === key);
    expect(step('left/work#1')?.ended?.at).toBeLessThanOrEqual(step('work#1')?.started.at ?? 0);
    expect(await stepsOf(world)).toMatchObject({ 'left/work#1': 'stopped', 'work#1': 'succeeded' });
  }));

test('with a limit, branches begin in their order as others end; with "cancel" those left do not begin', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold-left.work#1');
    const run = await world.start('PARALLEL', { limit: 1, onFailure: 'cancel' });
    await untilWorking(world, 1);
    expect(await stepsOf(world)).toEqual({ 'left/work#1': 'open' });
    tell(world, 'fail-right.work#1');
    untell(world, 'hold-left.work#1');

    const { error } = await world.ends(run);

    expect(error?.message).toMatch(/^1 of 3 parallel branches failed\nright: .*\nstopped for it: nested$/);
    expect(await stepsOf(world)).toEqual({
      'left/work#1': 'succeeded',
      'left/work#2': 'succeeded',
      'right/work#1': 'failed',
    });
  }));

test('a run that is cancelled in the middle of its branches ends as cancelled, with nothing left running', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold');
    const run = await world.start('PARALLEL', { onFailure: 'cancel' });
    await untilWorking(world, 3);

    await stopRun(world.engine, { runId: run, reason: 'cancelled', who: 'test', error: null });

    expect(await world.ends(run)).toMatchObject({ status: 'cancelled', error: null });
    expect(world.aws.journal.running()).toEqual([]);
  }));

test('a step that a branch does not wait for fails the run', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold-left.work#1');
    const run = await world.ends(await world.start('FORGETFUL-BRANCH'));

    expect(run).toMatchObject({ status: 'failed', reason: 'taskNotAwaited' });
    expect(run.error?.message).toContain('left/work#1');
  }));

test('a wrong use of parallel fails the run at once, and says what to write', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    const says: Record<string, RegExp> = {
      name: /a branch "a\/b": write letters/,
      handler: /"onFailure", which is the name of a handler/,
      promise: /"left" of parallel is not a function: write left: \(\) =>/,
      limit: /limit 0: write a whole number/,
      mode: /onFailure "stop": write 'wait' or 'cancel'/,
      twice: /"left" is running already/,
    };
    for (const [day, [how, message]] of Object.entries(says).entries()) {
      const request = { job: 'MISUSED', runKey: `2026-11-0${day + 1}`, who: 'test', input: { dir: world.dir, how } };
      const { error } = await world.ends((await startRun(world.engine, request)).runId);
      expect(error).toMatchObject({ class: 'jobCode', message: expect.stringMatching(message) });
    }
  }));
