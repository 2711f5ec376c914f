import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stopRun } from '../../engine/stop-run.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { type World, withWorld } from '../support/world.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(30);
});
afterAll(() => temporal.stop());

function lines({ dir }: World, file: string): string[] {
  const path = join(dir, file);
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

function begun(world: World): Promise<unknown> {
  return until(async () => lines(world, 'started').length > 0, { describe: 'the work to begin' });
}

function cancel(world: World, runId: string): Promise<boolean> {
  return stopRun(world.engine, { runId, reason: 'cancelled', who: 'test', error: null });
}

describe.each([
  ['an ECS task', 'ECS', 'RunTask'],
  ['a build', 'BUILD', 'StartBuild'],
] as const)('%s', (_, job, operation) => {
  test('is started once and gives its output', () =>
    withWorld(temporal, async (world) => {
      await world.startWorker();

      const run = await world.reaches(await world.start(job), 'succeeded');

      expect(run.result).toEqual({ shard: 0, value: null, tokens: {} });
      expect(world.aws.journal.calls(operation)).toHaveLength(1);
      expect(world.aws.journal.processes()).toHaveLength(1);
    }));

  test('whose end no event tells is found by looking', () =>
    withWorld(temporal, async (world) => {
      world.aws.misbehave.set({ loseEvents: true });
      await world.startWorker();

      await world.reaches(await world.start(job), 'succeeded');

      expect(world.aws.journal.processes()).toHaveLength(1);
    }));

  test('that fails fails the run with its exit code and its last lines', () =>
    withWorld(temporal, async (world) => {
      writeFileSync(join(world.dir, 'fail-0'), '');
      await world.startWorker();

      const run = await world.ends(await world.start(job));

      expect(run.error).toMatchObject({ class: 'exitCode', step: 'work#1' });
      expect(run.error?.failures?.[0]?.exitCode).toBeGreaterThan(0);
      expect(run.error?.logTail?.join('\n')).toContain('shard 0 was told to fail');
      expect(run.error?.log?.stream).toBeTruthy();
    }));

  test('is stopped with its run, which ends only when it has ended', () =>
    withWorld(temporal, async (world) => {
      writeFileSync(join(world.dir, 'hold'), '');
      await world.startWorker();
      const id = await world.start(job);
      await begun(world);

      await cancel(world, id);

      expect((await world.ends(id)).status).toBe('cancelled');
      expect(world.aws.journal.running()).toEqual([]);
      expect(lines(world, 'ended')).toEqual([]);
    }));

  test('whose start was answered to nobody is adopted, not started again', () =>
    withWorld(temporal, async (world) => {
      writeFileSync(join(world.dir, 'hold'), '');
      world.aws.misbehave.rule({ kind: 'loseAnswer', operation, times: 1 });
      await world.startWorker();
      const id = await world.start(job);
      await begun(world);
      const { rows } = await until(
        async () => {
          const found = await world.db.query(`select 1 from attempts where external_id is not null`);
          return found.rowCount === 1 && found;
        },
        { describe: 'the id to be found' },
      );
      rmSync(join(world.dir, 'hold'));

      await world.reaches(id, 'succeeded');

      expect(rows).toHaveLength(1);
      expect(lines(world, 'started')).toHaveLength(1);
    }));

  test('that no row owns is stopped by the sweep', () =>
    withWorld(temporal, async (world) => {
      writeFileSync(join(world.dir, 'hold'), '');
      await world.startWorker();
      const id = await world.start(job);
      await begun(world);
      // As if the attempt had been given up: its row has ended while the work goes on.
      await world.db.query(`update attempts set status = 'failed', ended_at = now(), told = true`);

      await until(async () => world.aws.journal.running().length === 0, {
        describe: 'the stray to be stopped',
      });

      const { rows } = await world.db.query(`select rule from alerts where run_id = $1`, [id]);
      expect(rows).toContainEqual({ rule: 'strayJob' });
    }));

  test('that may not be started names the action', () =>
    withWorld(temporal, async (world) => {
      world.aws.misbehave.rule({ kind: 'accessDenied', operation });
      await world.startWorker();

      const run = await world.ends(await world.start(job));

      expect(run.error).toMatchObject({ class: 'accessDenied', message: expect.stringContaining(`:${operation}`) });
    }));
});

test('a project that is gone does not keep the others from being swept', () =>
  withWorld(temporal, async (world) => {
    const { resources } = world.parts;
    const gone = { name: 'gone', logGroup: 'gone' };
    resources.codeBuild = { projects: { 'GONE/build': gone, ...resources.codeBuild?.projects } };
    writeFileSync(join(world.dir, 'hold'), '');
    await world.startWorker();
    await world.start('BUILD');
    await begun(world);
    await world.db.query(`update attempts set status = 'failed', ended_at = now(), told = true`);

    await until(async () => world.aws.journal.running().length === 0, { describe: 'the stray build to be stopped' });
  }));

describe('an ECS task', () => {
  test('that runs longer than its limit is stopped, and counts as timeout', () =>
    withWorld(temporal, async (world) => {
      writeFileSync(join(world.dir, 'hold'), '');
      await world.startWorker();

      const run = await world.ends(await world.start('BRIEF-ECS'));

      expect(run.error).toMatchObject({ class: 'timeout', message: expect.stringContaining('its limit of 2 s') });
      expect(world.aws.journal.running()).toEqual([]);
    }));

  test('is on Spot until it was lost twice, then on demand; the losses cost no retry', () =>
    withWorld(temporal, async (world) => {
      world.aws.misbehave.jobRule({ kind: 'spotReclaim', times: 2, ms: 50 });
      writeFileSync(join(world.dir, 'hold'), '');
      await world.startWorker();
      const id = await world.start('ECS');
      await until(async () => world.aws.journal.calls('RunTask').length === 3, {
        describe: 'a third start',
      });
      rmSync(join(world.dir, 'hold'));

      await world.reaches(id, 'succeeded');

      const providers = world.aws.journal
        .calls('RunTask')
        .map(
          ({ request }) => (request.capacityProviderStrategy as { capacityProvider: string }[])[0]?.capacityProvider,
        );
      expect(providers).toEqual(['FARGATE_SPOT', 'FARGATE_SPOT', 'FARGATE']);
    }));

  test('that ECS does not show yet is not taken for gone', () =>
    withWorld(temporal, async (world) => {
      world.aws.misbehave.set({ describeLagMs: 800 });
      await world.startWorker();

      await world.reaches(await world.start('ECS'), 'succeeded');

      expect(world.aws.journal.processes()).toHaveLength(1);
    }));

  test('for which there is no room is asked for again, free of charge', () =>
    withWorld(temporal, async (world) => {
      world.aws.misbehave.jobRule({ kind: 'noCapacity', times: 1 });
      await world.startWorker();

      await world.reaches(await world.start('ECS'), 'succeeded');

      const { rows } = await world.db.query(`select class from attempts order by number`);
      expect(rows).toEqual([{ class: 'capacity' }, { class: null }]);
    }));

  test('that is out of memory says so', () =>
    withWorld(temporal, async (world) => {
      writeFileSync(join(world.dir, 'hold'), '');
      world.aws.misbehave.jobRule({ kind: 'outOfMemory', times: 1, ms: 50 });
      await world.startWorker();

      const run = await world.ends(await world.start('ECS'));

      expect(run.error).toMatchObject({ class: 'outOfMemory' });
    }));
});

describe('a Lambda', () => {
  test('is called with its input and an idempotency key, and its answer is the output', () =>
    withWorld(temporal, async (world) => {
      await world.startWorker();

      const run = await world.reaches(await world.start('LAMBDA'), 'succeeded');

      expect(run.result).toEqual({ step: 'call#1', date: '2026-11-21', keys: ['dir', 'nightshift'] });
      expect(world.aws.journal.calls('Invoke')).toHaveLength(1);
    }));

  test('that throws fails the run with what it said', () =>
    withWorld(temporal, async (world) => {
      writeFileSync(join(world.dir, 'fail-lambda'), '');
      await world.startWorker();

      const run = await world.ends(await world.start('LAMBDA'));

      expect(run.error).toMatchObject({ class: 'functionError', message: expect.stringContaining('told to fail') });
      expect(run.error?.logTail?.length).toBeGreaterThan(0);
    }));

  test('whose service is busy is called again after 2 s', () =>
    withWorld(temporal, async (world) => {
      world.aws.misbehave.rule({ kind: 'throttle', operation: 'Invoke', times: 1 });
      await world.startWorker();

      await world.reaches(await world.start('LAMBDA'), 'succeeded');

      const [first, second] = world.aws.journal.calls('Invoke');
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
      expect(lines(world, 'invoked')).toHaveLength(1);
    }));

  test('keeps a cancelled run open until it has answered', () =>
    withWorld(temporal, async (world) => {
      writeFileSync(join(world.dir, 'hold-lambda'), '');
      await world.startWorker();
      const id = await world.start('LAMBDA');
      await until(async () => lines(world, 'invoked').length === 1, { describe: 'the call' });

      await cancel(world, id);
      await until(
        async () => (await world.db.query(`select 1 from attempts where status = 'stopping'`)).rowCount === 1,
        {
          describe: 'the attempt to be stopping',
        },
      );
      expect((await world.reaches(id, 'stopping')).status).toBe('stopping');
      rmSync(join(world.dir, 'hold-lambda'));

      expect((await world.ends(id)).status).toBe('cancelled');
    }));
});

describe('a Batch task', () => {
  test('prints JSON, takes parameters, and long or sensitive inputs by pointer', () =>
    withWorld(temporal, async (world) => {
      await world.startWorker();

      const run = await world.reaches(await world.start('BATCH-OPTIONS'), 'succeeded');

      const shard = (index: number) => ({ index, word: 'given', length: 0 });
      expect(run.result).toEqual({
        shards: [shard(0), shard(1), shard(2)],
        single: { index: 0, word: 'default', length: 9_000 },
      });
      const inputs = world.aws.journal.processes().map(({ started }) => started.environment.JOB_INPUT ?? '');
      expect(inputs.filter((text) => text.includes('nightshiftInput'))).toHaveLength(2);
      expect(inputs.at(-1)).not.toContain(`"dir"`);
    }));

  test('whose child fails once runs that child again under its own index, by Batch itself', () =>
    withWorld(temporal, async (world) => {
      writeFileSync(join(world.dir, 'crash-1'), '');
      await world.startWorker();

      await world.reaches(await world.start('BATCH-OPTIONS'), 'succeeded');

      const children = lines(world, 'plain').slice(0, 4).sort();
      expect(children).toEqual(['0 1', '1 1', '1 2', '2 1']);
      expect(world.aws.journal.calls('SubmitJob')).toHaveLength(3);
    }));

  test('that never leaves the queue is ended as stuckRunnable and asked for again', () =>
    withWorld(temporal, async (world) => {
      world.aws.misbehave.jobRule({ kind: 'noCapacity', times: 1, ms: 60_000 });
      await world.startWorker({ stuckRunnableMs: 1_000 });

      await world.reaches(await world.start('RETRIED'), 'succeeded');

      const { rows } = await world.db.query(`select class from attempts order by number`);
      expect(rows).toEqual([{ class: 'stuckRunnable' }, { class: null }]);
    }));
});
