import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startRun } from '../../engine/start-run.ts';
import { stopRun } from '../../engine/stop-run.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { date, type World, withWorld } from '../support/world.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(10);
});
afterAll(() => temporal.stop());

function lines({ dir }: World, file: string): string[] {
  const path = join(dir, file);
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

function cancel(world: World, runId: string): Promise<boolean> {
  return stopRun(world.engine, { runId, reason: 'cancelled', who: 'test', error: null });
}

function begun(world: World, count = 1): Promise<unknown> {
  return until(async () => lines(world, 'called').length >= count, {
    describe: `${count} calls`,
  });
}

test('a function is called outside the sandbox and its output goes on to the next step', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();

    const id = await world.start('CALLED');
    const run = await world.reaches(id, 'succeeded');

    expect(run.result).toEqual({ value: 3, date: '2026-11-21' });
    expect(lines(world, 'returned')).toHaveLength(2);
    const { rows } = await world.db.query(
      'select a.status, s.records, a.told from attempts a join shards s on s.attempt_id = a.id',
    );
    expect(rows).toEqual([
      { status: 'succeeded', records: 7, told: true },
      { status: 'succeeded', records: 7, told: true },
    ]);
  }));

test('a function that throws is tried again, then fails the run with its message and stack', () =>
  withWorld(temporal, async (world) => {
    writeFileSync(join(world.dir, 'fail'), '');
    await world.startWorker();

    const id = await world.start('CALLED');
    const run = await world.ends(id);

    expect(lines(world, 'called')).toHaveLength(2);
    expect(run.status).toBe('failed');
    expect(run.error).toMatchObject({
      class: 'functionError',
      step: 'work#1',
      message: expect.stringContaining(`told to fail for ${id}`),
    });
    expect(run.error?.logTail?.join('\n')).toContain('test/support/functions/work.ts');
  }));

test('a function that takes too long is told to end, and the step fails as timeout', () =>
  withWorld(temporal, async (world) => {
    writeFileSync(join(world.dir, 'hold'), '');
    await world.startWorker();

    const run = await world.ends(await world.start('HURRIED'));

    expect(run.error).toMatchObject({ class: 'timeout' });
    expect(lines(world, 'aborted')).toHaveLength(1);
  }));

test('a module that is not there is named, with what to do', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();

    const run = await world.ends(await world.start('LOST'));

    expect(run.error).toMatchObject({ class: 'functionError' });
    expect(run.error?.message).toContain('There is no module test/support/functions/nothing.ts');
  }));

test('a cancelled run waits for the end of its function', () =>
  withWorld(temporal, async (world) => {
    writeFileSync(join(world.dir, 'hold'), '');
    writeFileSync(join(world.dir, 'deaf'), '');
    await world.startWorker();
    const id = await world.start('CALLED');
    await begun(world);

    await cancel(world, id);
    await until(async () => (await world.db.query(`select 1 from attempts where status = 'stopping'`)).rowCount === 1, {
      describe: 'the attempt to be stopping',
    });
    expect((await world.reaches(id, 'stopping')).status).toBe('stopping');
    rmSync(join(world.dir, 'deaf'));

    expect((await world.ends(id)).status).toBe('cancelled');
    expect(lines(world, 'aborted')).toHaveLength(1);
    expect(lines(world, 'returned')).toEqual([]);
  }));

test('kill -9 of the worker in the middle of a call: another worker calls again under the same attempt id', () =>
  withWorld(temporal, async (world) => {
    writeFileSync(join(world.dir, 'hold'), '');
    const first = await world.spawnWorker();
    const id = await world.start('CALLED');
    await begun(world);

    await first.kill();
    await world.spawnWorker();
    await begun(world, 2);
    rmSync(join(world.dir, 'hold'));

    expect((await world.ends(id)).status).toBe('succeeded');
    const ids = lines(world, 'called').map((line) => line.split(' ')[0]);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(2);
  }));

test('a cancelled run whose worker has died with its call is closed when the claim has run out', () =>
  withWorld(temporal, async (world) => {
    writeFileSync(join(world.dir, 'hold'), '');
    const first = await world.spawnWorker();
    const id = await world.start('CALLED');
    await begun(world);
    await first.kill();
    await cancel(world, id);

    await world.spawnWorker();

    expect((await world.ends(id)).status).toBe('cancelled');
    expect(lines(world, 'called')).toHaveLength(1);
  }));

test('a retry after a failed second step does not call the first again', () =>
  withWorld(temporal, async (world) => {
    writeFileSync(join(world.dir, 'fail-2'), '');
    await world.startWorker();
    const id = await world.start('CALLED');
    expect((await world.ends(id)).error).toMatchObject({ step: 'work#2' });
    rmSync(join(world.dir, 'fail-2'));
    const before = lines(world, 'called').length;

    await startRun(world.engine, { job: 'CALLED', runKey: date, who: 'test', again: 'retry' });

    expect((await world.reaches(id, 'succeeded')).result).toMatchObject({ value: 3 });
    expect(lines(world, 'called')).toHaveLength(before + 1);
  }));

test('a branch that is stopped has its function told to end and waits for it, and for the answer of its Lambda', () =>
  withWorld(temporal, async (world) => {
    for (const file of ['hold-1', 'hold-9', 'fail-9', 'deaf', 'hold-lambda']) writeFileSync(join(world.dir, file), '');
    await world.startWorker();
    const id = await world.start('BRANCHED-CALLS');
    await begun(world, 2);
    await until(() => lines(world, 'invoked').length === 1, { describe: 'the Lambda to be called' });

    rmSync(join(world.dir, 'hold-9'));
    await until(async () => (await world.db.query(`select 1 from attempts where status = 'stopping'`)).rowCount === 2, {
      describe: 'both calls to be stopping',
    });
    rmSync(join(world.dir, 'deaf'));
    await until(() => lines(world, 'aborted').length === 1, { describe: 'the function to hear of it' });
    rmSync(join(world.dir, 'hold-lambda'));

    expect((await world.reaches(id, 'succeeded')).error).toBeNull();
    expect(lines(world, 'invoked')).toHaveLength(1);
    const { rows } = await world.db.query<{ key: string; status: string; isLast: boolean }>(
      `select s.key, a.status, a.created_at >= (select max(ended_at) from attempts where status <> 'succeeded') as "isLast"
       from attempts a join steps s on s.id = a.step_id order by s.key`,
    );
    expect(rows).toEqual([
      { key: 'after', status: 'succeeded', isLast: true },
      { key: 'calls/work#1', status: 'stopped', isLast: false },
      { key: 'fails/work#1', status: 'failed', isLast: false },
      { key: 'invokes/call#1', status: 'stopped', isLast: false },
    ]);
  }));
