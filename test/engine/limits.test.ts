import type { Computes } from '../../compute/port.ts';
import type { WorkerEngine } from '../../engine/engine.ts';
import { openRun } from '../../engine/open-run.ts';
import { settleCollected, settleRunning } from '../../engine/settle-attempt.ts';
import { writeIntent } from '../../engine/start-attempt.ts';
import { startRun } from '../../engine/start-run.ts';
import { submitAttempt } from '../../engine/submit-attempt.ts';
import { getAttempt } from '../../store/attempts.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { date, withWorld } from '../support/world.ts';

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
      bundleHash: 'b',
      databaseId: 'd',
      computes: { batch: { start: async () => 'job' } } as never as Computes,
      putInput: async () => undefined,
      resources: () => ({
        region: 'r',
        batch: {
          queues: { onDemand: 'main', spot: 'spot' },
          definitions: { 'HOLDER/work': { arn: 'a', logGroup: 'g' } },
        },
      }),
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
    expect(await settleCollected(engine, attempt, true, { lines, logTail: null, tailOver: true, over: true })).toBe(
      true,
    );
  }));
