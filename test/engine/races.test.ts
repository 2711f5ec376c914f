import type { Compute, Computes } from '../../compute/port.ts';
import { StartRefused } from '../../compute/port.ts';
import { jobRegistry } from '../../config/job-registry.ts';
import { closeRun } from '../../engine/close-run.ts';
import type { WorkerEngine } from '../../engine/engine.ts';
import { openRun } from '../../engine/open-run.ts';
import { writeIntent } from '../../engine/start-attempt.ts';
import { startRun } from '../../engine/start-run.ts';
import { stopRun } from '../../engine/stop-run.ts';
import { submitAttempt } from '../../engine/submit-attempt.ts';
import type { Job } from '../../model/job.ts';
import { takeOverSubmit } from '../../store/attempt-moves.ts';
import { getAttempt } from '../../store/attempts.ts';
import { claimOutbox, enqueue, finishOutbox } from '../../store/outbox.ts';
import { getRun } from '../../store/runs.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { date, type World, withWorld } from '../support/world.ts';
import { holderOf } from '../support/world-facts.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(10);
});
afterAll(() => temporal.stop());

const failed = {
  status: 'failed',
  reason: 'cancelled',
  error: { class: 'cancelled', message: 'm', hint: 'h' },
} as const;

test('a slow sender does not delete a wake that was enqueued after it', () =>
  withWorld(temporal, async ({ db }) => {
    await enqueue(db, 'wake', 'A/2026-11-21');
    const [slow] = await claimOutbox(db, 0);
    const [fast] = await claimOutbox(db, 0);
    if (slow === undefined || fast === undefined) throw new Error('no row');
    await finishOutbox(db, fast);
    await enqueue(db, 'wake', 'A/2026-11-21');

    await finishOutbox(db, slow);

    expect((await db.query('select 1 from outbox')).rowCount).toBe(1);
  }));

test('a holder that closes and an asker that is cancelled at the same time do not deadlock', () =>
  withWorld(temporal, async (world) => {
    const { engine, db } = world;
    const ids = [];
    for (const runKey of ['2026-11-01', '2026-11-02']) {
      const { runId } = await startRun(engine, { job: 'HOLDER', runKey, who: 't', input: { dir: world.dir } });
      await openRun(engine, { runId, execution: 1 });
      ids.push(runId);
    }
    const [holder = '', asker = ''] = ids;
    await stopRun(engine, { runId: asker, reason: 'cancelled', who: 't', error: null });
    const barrier = await db.connect();
    await barrier.query('begin');
    await barrier.query('select 1 from lock_slots for update');
    const closing = closeRun(engine, { runId: holder, execution: 1, outcome: { status: 'succeeded', result: null } });
    const blocked = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    await until(async () => (await db.query(blocked)).rowCount === 1, { describe: 'holder to be at the slot' });
    const cancelling = closeRun(engine, { runId: asker, execution: 1, outcome: failed });
    await until(async () => (await db.query(blocked)).rowCount === 2, { describe: 'asker to be at the advisory lock' });
    await barrier.query('commit');
    barrier.release();

    const ends = await Promise.allSettled([closing, cancelling]);

    expect(ends.map((end) => (end.status === 'rejected' ? String(end.reason) : end.status))).toEqual([
      'fulfilled',
      'fulfilled',
    ]);
  }));

test('an error that comes too late leaves a succeeded run as it is', () =>
  withWorld(temporal, async ({ engine, db, dir }) => {
    const { runId } = await startRun(engine, { job: 'ONE', runKey: date, who: 't', input: { dir } });
    await openRun(engine, { runId, execution: 1 });
    await closeRun(engine, { runId, execution: 1, outcome: { status: 'succeeded', result: null } });
    await stopRun(engine, {
      runId,
      reason: 'timedOut',
      who: 'watcher',
      error: { class: 'timedOut', message: 'm', hint: 'h' },
    });
    expect(await getRun(db, runId)).toMatchObject({ status: 'succeeded', error: null });
  }));

test('a run whose prerequisite is run again does not keep the lock that the prerequisite needs', () =>
  withWorld(temporal, async (world) => {
    const locks = [{ name: 'L', ifBusy: 'wait' }] as const;
    const make = (id: string, more: object) =>
      ({ id, name: id, tasks: {}, run: async () => null, ...more }) as never as Job;
    const schedule = { expression: 'cron(0 3 * * ? *)', timezone: 'Asia/Tokyo' };
    const jobs = [make('P', { locks }), make('W', { locks, after: ['P'], schedule }), make('X', { locks })];
    const registry = jobRegistry(jobs.map((job) => ({ job, file: 'f', exportName: job.id })));
    const engine = { ...world.engine, jobs: registry };
    const start = async (job: string, again?: 'fromStart') =>
      startRun(engine, { job, runKey: date, who: 't', ...(again ? { again } : {}) });
    const open = async (job: string, execution = 1) =>
      (await openRun(engine, { runId: `${job}/${date}`, execution })).status;
    const succeed = (job: string) =>
      closeRun(engine, { runId: `${job}/${date}`, execution: 1, outcome: { status: 'succeeded', result: null } });
    await start('P');
    await open('P');
    await succeed('P');
    await start('X');
    await open('X');
    await start('W');
    expect(await open('W')).toBe('waiting');
    await start('P', 'fromStart');
    expect(await open('P', 2)).toBe('waiting');

    await succeed('X');

    const states = [await open('W'), await open('P', 2), await open('W'), await open('P', 2)];
    expect({ states, holder: (await holderOf(world, 'L'))?.runId }).toMatchObject({ holder: `P/${date}` });
  }));

function workerEngine(world: World, owner: string, start: Compute['start']): WorkerEngine {
  const definitions = { 'HOLDER/work': { arn: 'arn', logGroup: '/g' } };
  return {
    ...world.engine,
    owner,
    bundleHash: 'b',
    databaseId: 'd',
    computes: { batch: { start } } as never as Computes,
    putInput: async () => undefined,
    resources: () => ({ region: 'r', batch: { queues: { onDemand: 'main', spot: 'spot' }, definitions } }),
  };
}

test('a refusal that comes after another worker took over the submit ends nothing', () =>
  withWorld(temporal, async (world) => {
    const { db, dir } = world;
    let answer: (error: Error) => void = () => undefined;
    const late = new Promise<string>((_, reject) => {
      answer = reject;
    });
    const first = workerEngine(world, 'first', () => late);
    const second = workerEngine(world, 'second', async () => 'job-of-second');
    const { runId } = await startRun(first, { job: 'HOLDER', runKey: date, who: 't', input: { dir } });
    await openRun(first, { runId, execution: 1 });
    const call = { runId, execution: 1, stepKey: 's', task: 'work', input: { all: { dir } }, size: null, after: null };
    const { submit } = await writeIntent(first, call);
    if (submit === undefined) throw new Error('no intent');
    const submitting = submitAttempt(first, { ...submit, claimedAt: performance.now() });
    // As if the first process were stopped for longer than claim and grace.
    await db.query(`update attempts set submit_until = now() - interval '1 hour'`);
    expect(await takeOverSubmit(db, submit.attemptId, { owner: 'second', claimMs: 3_000, graceMs: 1_000 })).toBe(true);
    await submitAttempt(second, { ...submit, claimedAt: performance.now() });
    await stopRun(first, { runId, reason: 'cancelled', who: 't', error: null });

    answer(new StartRefused('throttled', 'Too many requests'));
    await submitting;

    expect(await getAttempt(db, submit.attemptId)).toMatchObject({ status: 'stopping', externalId: 'job-of-second' });
    expect(await closeRun(first, { runId, execution: 1, outcome: failed })).toMatchObject({ status: 'stopping' });
  }));
