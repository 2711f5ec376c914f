import type { Compute } from '../../compute/port.ts';
import type { WorkerEngine } from '../../engine/engine.ts';
import { openRun } from '../../engine/open-run.ts';
import { settleCollected, settleRunning } from '../../engine/settle-attempt.ts';
import { writeIntent } from '../../engine/start-attempt.ts';
import { startRun } from '../../engine/start-run.ts';
import { stopRun } from '../../engine/stop-run.ts';
import { submitAttempt } from '../../engine/submit-attempt.ts';
import { getAttempt } from '../../store/attempts.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { date, withWorld } from '../support/world.ts';
import { tell, untell, untilWorking } from '../support/world-facts.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(10);
});
afterAll(() => temporal.stop());

test('a line of an impossible shard does not keep the attempt from ending', () =>
  withWorld(temporal, async (world) => {
    const engine: WorkerEngine = {
      ...world.engine,
      owner: 'first',
      databaseId: 'd',
      compute: { start: async () => 'job' } as never as Compute,
      resources: {
        region: 'r',
        batch: {
          queues: { onDemand: 'main', spot: 'spot' },
          definitions: { 'HOLDER/work': { arn: 'a', logGroup: 'g' } },
        },
      },
    };
    const { runId } = await startRun(engine, { job: 'HOLDER', runKey: date, who: 't', input: { dir: world.dir } });
    await openRun(engine, { runId, execution: 1 });
    const task = { stepKey: 's', task: 'work', input: { all: {} }, size: null, after: null };
    const { submit } = await writeIntent(engine, { runId, execution: 1, ...task });
    if (submit === undefined) throw new Error('no intent');
    await submitAttempt(engine, { ...submit, claimedAt: performance.now() });
    const attempt = await getAttempt<never>(engine.db, submit.attemptId);
    if (attempt === undefined) throw new Error('no attempt');
    await settleRunning(engine, attempt, { status: 'ended', startedAt: null, endedAt: new Date(), failures: [] }, true);
    const lines = [
      { shard: 0, output: 1 },
      { shard: 3_000_000_000, output: 1 },
    ];
    expect(await settleCollected(engine, attempt, true, { lines, logTail: null, over: true })).toBe(true);
  }));

test('outputs of just below the limit reach the run, in Japanese too', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold');
    const run = await world.start('ONE');
    await untilWorking(world, 1);
    await world.db.query(
      `insert into shards (step_id, index, status, attempt_id, output)
       select a.step_id, i, 'succeeded', a.id, to_json(repeat('夜', 85000)) from attempts a, generate_series(1, 12) i`,
    );
    untell(world, 'hold');
    expect(await world.ends(run, 15_000)).toMatchObject({ status: 'succeeded' });
  }));

test('a workflow cancelled in Temporal while a task is being submitted ends as cancelled', () =>
  withWorld(temporal, async (world) => {
    const held = world.aws.misbehave.hold('SubmitJob', 'before');
    await world.startWorker();
    const run = await world.start('ONE');
    await held.waiting();
    await world.client.workflow.getHandle(`${run}/1`).cancel();
    setTimeout(() => held.release(), 3_000);
    expect(await world.ends(run)).toMatchObject({ status: 'cancelled' });
  }));

test('control: a second worker with the same code ends a cancelled run', () =>
  withWorld(temporal, async (world) => {
    const first = await world.startWorker();
    tell(world, 'hold');
    const run = await world.start('HOLDER');
    await untilWorking(world, 1);
    await first.stop();
    await world.startWorker();
    await stopRun(world.engine, { runId: run, reason: 'cancelled', who: 't', error: null });
    expect(await world.ends(run, 30_000)).toMatchObject({ status: 'cancelled' });
  }));
