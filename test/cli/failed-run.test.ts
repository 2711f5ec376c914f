import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { type World, withWorld } from '../support/world.ts';
import { tell, untell, untilWorking } from '../support/world-facts.ts';
import { cli, envOf, startCli } from './cli.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(12);
});
afterAll(() => temporal.stop());

const run = (world: World, ...args: string[]) => cli(args, { env: envOf(world) });

test('a failed run shows at one look where it failed, how, its log and what to do', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'fail-1', 'fail-2', 'fail-4');
    const { id } = await world.ends(await world.start('FAN', { size: 5 }));

    const { stdout, stderr, code } = await run(world, 'show', id);

    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const [attempt] = (await world.db.query('select external_id, log from attempts')).rows;
    for (const part of [
      'FAN/2026-11-21',
      'work#1',
      '1-2,4 of 5',
      'exitCode',
      'exit code  3',
      'about to fail',
      'shard 1 was told to fail',
      attempt.external_id,
      `group ${attempt.log.group}, stream ${attempt.log.stream}`,
      'mend the program or the data',
      'nightshift retry FAN/2026-11-21',
      '5 shards: 2 succeeded, 3 failed (1-2,4)',
    ]) {
      expect(stdout).toContain(part);
    }
    expect(stdout).toMatch(/\| {5}at .*work\.mjs:\d+/);
  }));

test('show --json is one document with the run, its executions, steps, attempts, shards, alerts and audit', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'fail-1');
    const { id } = await world.ends(await world.start('FAN', { size: 3 }));

    const { stdout, stderr } = await run(world, 'show', id, '--json');

    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      run: { id, status: 'failed', error: { class: 'exitCode', step: 'work#1' } },
      executions: [{ number: 1, status: 'closed' }],
      steps: [
        {
          key: 'work#1',
          status: 'failed',
          attempts: [{ number: 1, status: 'failed', exitCode: 3, externalId: expect.any(String) }],
          shards: [{ status: 'succeeded' }, { status: 'failed', exitCode: 3 }, { status: 'succeeded' }],
        },
      ],
      alerts: [{ rule: 'failed' }],
      audit: [{ who: 'test', action: 'start' }],
    });
    expect(stdout).not.toContain('NIGHTSHIFT_ATTEMPT_ID');
  }));

test('logs of a retried shard come from the newest attempt that carries it, under its logical index', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'fail-1', 'fail-3');
    const { id } = await world.ends(await world.start('FAN', { size: 4 }));
    untell(world, 'fail-1', 'fail-3');

    const retried = await run(world, 'retry', id, '--json');
    const third = await run(world, 'logs', id, '--step', 'work#1', '--shard', '3');
    const second = await run(world, 'logs', id, '--step', 'work', '--shard', '2');
    const all = await run(world, 'logs', id);

    expect(retried.code).toBe(0);
    expect(JSON.parse(retried.stdout)).toMatchObject({ run: { id, status: 'succeeded' } });
    expect(third).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('"shard":3') });
    expect(third.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(second.stdout).toContain('"shard":2');
    expect(all.stdout).toMatch(/^work#1\[3\] attempt 1 {2}about to fail$/m);
    expect(all.stdout).toMatch(/^work#1\[3\] attempt 2 {2}\{"nightshift".*"shard":3/m);
    expect(all.stdout).toMatch(/^sum#1 attempt 1 {2}\{"nightshift"/m);
    const labels = all.stdout.split('\n').map((line) => line.replace(/(\[\d\])? attempt (\d) .*/s, ' $2'));
    expect([...new Set(labels)]).toEqual(['work#1 1', 'work#1 2', 'sum#1 1', '']);
  }));

test('logs of a step or shard that there is not name what there is; of an unreachable AWS, the exit code is 6', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    const { id } = await world.ends(await world.start('FAN', { size: 3 }));

    const step = await run(world, 'logs', id, '--step', 'score');
    const shard = await run(world, 'logs', id, '--step', 'work#1', '--shard', '7');
    const words = await run(world, 'logs', id, '--shard', 'first');
    const away = await cli(['logs', id], { env: { ...envOf(world), AWS_ENDPOINT_URL: 'http://127.0.0.1:1' } });

    expect(step).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('it has work#1, sum#1') });
    expect(shard).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('work#1 has 0-2') });
    expect(words).toMatchObject({ code: 2, stdout: '' });
    expect(away).toMatchObject({ code: 6, stdout: '', stderr: expect.stringContaining('DescribeJobs') });
  }));

test('a run that ended well shows its result and counts; the log of a large array is read as a whole', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    const { id } = await world.ends(await world.start('FAN', { size: 22 }));

    const shown = await run(world, 'show', id);
    const logs = await run(world, 'logs', id, '--step', 'work');
    const last = await run(world, 'logs', id, '--step', 'work', '--shard', '21');

    expect(shown.stdout).toMatch(/^Result\n {2}records: 22$/m);
    expect(shown.stdout).toContain('22 shards: 22 succeeded');
    expect(shown.stdout).not.toContain('went wrong');
    const streams = logs.stdout
      .trimEnd()
      .split('\n')
      .map((line) => /^work#1\[0-21\] attempt 1 (\w{8}) {2}\{/.exec(line)?.[1]);
    expect(new Set(streams).size).toBe(22);
    expect(last.stdout).toMatch(/^\{.*"shard":21.*\}\n$/);
  }));

test('a run that timed out says what was cut off, and where to read its log', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold');
    const { id } = await world.ends(await world.start('BRIEF'));

    const { stdout } = await run(world, 'show', id);

    expect(stdout).toContain("took longer than its job's timeout");
    expect(stdout).toMatch(/^ +cut off +work#1$/m);
    expect(stdout).toContain(`nightshift logs ${id} --step work#1`);
    expect(stdout).toContain(`To run it again: nightshift retry ${id}`);
  }));

test('logs --follow prints each line once while the run goes on, and ends with it', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold-1');
    const id = await world.start('FAN', { size: 2 });
    const following = startCli(['logs', id, '--follow'], { env: envOf(world) });

    await until(() => following.stdout().includes('work#1[0] attempt 1  {'), { describe: 'the line of shard 0' });
    expect(following.stdout()).not.toContain('work#1[1]');
    untell(world, 'hold-1');
    const { code, stdout, stderr } = await following.finished;

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const labels = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect(labels).toEqual(['work#1[0]', 'work#1[1]', 'sum#1']);
  }));

test('cancel stops the work, waits for its end, and is written down with who did it', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold');
    const id = await world.start('FAN', { size: 2 });
    await untilWorking(world, 2);

    const cancelled = await run(world, 'cancel', id);

    expect(cancelled).toMatchObject({ code: 0, stderr: '' });
    expect(cancelled.stdout).toContain(`${id}  cancelled`);
    expect(world.aws.journal.running()).toEqual([]);
    expect((await run(world, 'cancel', id)).code).toBe(2);
    const { stdout } = await run(world, 'show', id);
    expect(stdout).toMatch(/^ {2}status +cancelled$/m);
    expect(stdout).toContain('cut off: work#1');
    expect(stdout).toMatch(/stop: cancelled/);
  }));

test('cancel --detach returns at once, and retry gives the exit code of the run', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold');
    const id = await world.start('ONE');
    await untilWorking(world, 1);

    const detached = await run(world, 'cancel', id, '--detach');
    await world.reaches(id, 'cancelled');
    untell(world, 'hold');
    tell(world, 'fail-0');
    const failed = await run(world, 'retry', id);
    untell(world, 'fail-0');
    const succeeded = await run(world, 'retry', id, '--from-start');
    const started = await run(world, 'retry', id, '--from-start', '--detach');

    expect(detached).toMatchObject({ code: 0, stdout: expect.stringContaining('is being stopped') });
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining('shard 0 was told to fail') });
    expect(succeeded.code).toBe(0);
    expect(started).toMatchObject({ code: 0, stdout: expect.stringContaining('started') });
    const { stdout } = await run(world, 'show', (await world.ends(id)).id);
    expect(stdout).toMatch(/^ {2}generation +3$/m);
  }));
