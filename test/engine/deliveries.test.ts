import { WorkflowNotFoundError } from '@temporalio/client';
import { observeEvent } from '../../compute/batch/observe-event.ts';
import type { Compute, Computes } from '../../compute/port.ts';
import { closeRun } from '../../engine/close-run.ts';
import type { WorkerEngine } from '../../engine/engine.ts';
import { openRun } from '../../engine/open-run.ts';
import { settleCollected, settleRunning } from '../../engine/settle-attempt.ts';
import { writeIntent } from '../../engine/start-attempt.ts';
import { startRun } from '../../engine/start-run.ts';
import { stopRun } from '../../engine/stop-run.ts';
import { submitAttempt } from '../../engine/submit-attempt.ts';
import { hasEnded } from '../../model/run-states.ts';
import type { Wake } from '../../model/wake.ts';
import { getAttempt } from '../../store/attempts.ts';
import type { Database } from '../../store/database.ts';
import { checkAttempts } from '../../watcher/check-attempts.ts';
import { type Delivery, deliverOutbox } from '../../watcher/deliver.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { date, type World, withWorld } from '../support/world.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(10);
});
afterAll(() => temporal.stop());

const failed = {
  status: 'failed',
  reason: 'failed',
  error: { class: 'jobCode', message: 'm', hint: 'h' },
} as const;

function workerEngine(world: World, compute: Partial<Compute>): WorkerEngine {
  const definitions = { 'HOLDER/work': { arn: 'arn', logGroup: '/g' } };
  return {
    ...world.engine,
    owner: 'first',
    bundleHash: 'b',
    databaseId: 'd',
    computes: { batch: compute } as never as Computes,
    putInput: async () => undefined,
    resources: () => ({ region: 'r', batch: { queues: { onDemand: 'main', spot: 'spot' }, definitions } }),
  };
}

/** A database in which something happens just before the first query with these words. */
function interrupted(db: Database, words: string, hook: () => Promise<void>): Database {
  let done = false;
  return new Proxy(db, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (name !== 'query') return typeof value === 'function' ? value.bind(target) : value;
      return async (text: string, values: unknown[]) => {
        if (!done && text.includes(words)) {
          done = true;
          await hook();
        }
        return target.query(text, values);
      };
    },
  });
}

function delivery(engine: WorkerEngine, db: Database, sent: { id: string; wake: Wake }[]): Delivery {
  const getHandle = (id: string) => ({
    async signal(_: string, wake: Wake) {
      if (id.endsWith('/1')) throw new WorkflowNotFoundError('gone', id, undefined);
      sent.push({ id, wake });
    },
  });
  return { ...engine, db, client: { workflow: { getHandle } } as never, taskQueue: 'q' };
}

/** A run that has failed while the log of its attempt was still being read; its wake has not been sent. */
async function failedWhileCollecting(world: World) {
  const engine = workerEngine(world, { start: async () => 'job' });
  const { runId } = await startRun(engine, { job: 'HOLDER', runKey: date, who: 't', input: { dir: world.dir } });
  await openRun(engine, { runId, execution: 1 });
  const task = { stepKey: 's', task: 'work', input: { all: {} }, size: null, after: null };
  const { submit } = await writeIntent(engine, { runId, execution: 1, ...task });
  if (submit === undefined) throw new Error('no intent');
  await submitAttempt(engine, { ...submit, claimedAt: performance.now() });
  const attempt = await getAttempt<never>(engine.db, submit.attemptId);
  if (attempt === undefined) throw new Error('no attempt');
  await settleRunning(engine, attempt, { status: 'ended', startedAt: null, endedAt: new Date(), failures: [] }, true);
  await closeRun(engine, { runId, execution: 1, outcome: failed });
  await engine.db.query(`delete from outbox where kind = 'start'`);
  const retry = async () => {
    await startRun(engine, { job: 'HOLDER', runKey: date, who: 't', again: 'retry' });
    // Another worker has sent the start.
    await engine.db.query(`delete from outbox where kind = 'start'`);
    await openRun(engine, { runId, execution: 2 });
    expect(await writeIntent(engine, { runId, execution: 2, ...task })).toEqual({
      status: 'started',
      attemptId: attempt.id,
    });
  };
  const collect = () => settleCollected(engine, attempt, true, { lines: [], logTail: [], tailOver: true, over: true });
  await engine.db.query(`insert into outbox (kind, target) values ('wake', $1) on conflict do nothing`, [runId]);
  return { engine, retry, collect, attempt };
}

test('an end that the next execution waits for is not marked as told by a wake for the old one', () =>
  withWorld(temporal, async (world) => {
    const { engine, retry, collect, attempt } = await failedWhileCollecting(world);
    const sent: { id: string; wake: Wake }[] = [];
    const db = interrupted(engine.db, 'not a.told', async () => {
      await retry();
      await collect();
    });

    await deliverOutbox(delivery(engine, db, sent));
    await engine.db.query('update outbox set due_at = now(), claimed_until = null');
    await deliverOutbox(delivery(engine, db, sent));

    expect(sent.flatMap(({ wake }) => wake.ended.map((end) => end.attemptId))).toEqual([attempt.id]);
  }));

test('the next execution is never told that its run has ended', () =>
  withWorld(temporal, async (world) => {
    const { engine, retry } = await failedWhileCollecting(world);
    const sent: { id: string; wake: Wake }[] = [];
    const db = interrupted(engine.db, 'from executions', retry);

    await deliverOutbox(delivery(engine, db, sent));

    expect(sent.filter(({ id, wake }) => id.endsWith('/2') && hasEnded(wake.status))).toEqual([]);
  }));

test('a job that one answer of AWS leaves out does not count as ended', () =>
  withWorld(temporal, async (world) => {
    const engine = workerEngine(world, {
      start: async () => 'job',
      stop: async () => undefined,
      describe: async () => new Map(),
    });
    const { runId } = await startRun(engine, { job: 'HOLDER', runKey: date, who: 't', input: { dir: world.dir } });
    await openRun(engine, { runId, execution: 1 });
    const task = { stepKey: 's', task: 'work', input: { all: {} }, size: null, after: null };
    const { submit } = await writeIntent(engine, { runId, execution: 1, ...task });
    if (submit === undefined) throw new Error('no intent');
    await submitAttempt(engine, { ...submit, claimedAt: performance.now() });
    await stopRun(engine, { runId, reason: 'cancelled', who: 't', error: null });

    await checkAttempts(engine);

    expect(await closeRun(engine, { runId, execution: 1, outcome: failed })).toMatchObject({ status: 'stopping' });
  }));

test('a job that AWS has forgotten ended as its kept event says; without one, its outcome is unknown', () =>
  withWorld(temporal, async (world) => {
    for (const [runKey, event, status] of [
      ['2026-11-01', { detail: { jobId: 'job', status: 'SUCCEEDED', stoppedAt: 1 } }, 'collecting'],
      ['2026-11-02', null, 'failed'],
    ] as const) {
      const compute = {
        start: async () => 'job',
        describe: async () => new Map(),
        outputs: async () => [],
        observeEvent,
      };
      const engine = workerEngine(world, compute);
      const { runId } = await startRun(engine, { job: 'HOLDER', runKey, who: 't', input: { dir: world.dir } });
      await openRun(engine, { runId, execution: 1 });
      const task = { stepKey: 's', task: 'work', input: { all: {} }, size: null, after: null };
      const { submit } = await writeIntent(engine, { runId, execution: 1, ...task });
      if (submit === undefined) throw new Error('no intent');
      await submitAttempt(engine, { ...submit, claimedAt: performance.now() });
      const aWeekAgo = `update attempts set submit_until = now() - interval '7 days', next_check_at = now(), event = $2 where id = $1`;
      await engine.db.query(aWeekAgo, [submit.attemptId, event === null ? null : JSON.stringify(event)]);

      await checkAttempts(engine);

      expect((await getAttempt(engine.db, submit.attemptId))?.status).toBe(status);
      await closeRun(engine, { runId, execution: 1, outcome: failed });
    }
  }));
