import { closeRun } from '../../engine/close-run.ts';
import { openRun } from '../../engine/open-run.ts';
import { startRun } from '../../engine/start-run.ts';
import { insertExpected } from '../../store/runs.ts';
import { heldUp, holdingUp } from '../support/barrier.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { type World, withWorld } from '../support/world.ts';

/** The moves alone, without a worker, held up in the middle so that two of them are under way together. */
let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(2);
});
afterAll(() => temporal.stop());

/** Starts a run that waits for nothing, up to the moment before its end. */
async function running(world: World, job: string, runKey: string): Promise<string> {
  const { runId } = await startRun(world.engine, { job, runKey, who: 'test' });
  expect(await openRun(world.engine, { runId, execution: 1 })).toEqual({ status: 'running' });
  return runId;
}

const succeed = (world: World, runId: string) =>
  closeRun(world.engine, { runId, execution: 1, outcome: { status: 'succeeded', result: null } });

test('two prerequisites that close at the same moment do not miss each other', () =>
  withWorld(temporal, async (world) => {
    for (const runKey of ['2026-10-01', '2026-10-02', '2026-10-03', '2026-10-04', '2026-10-05']) {
      const both = [await running(world, 'LEFT', runKey), await running(world, 'RIGHT', runKey)];
      const joined = `JOINED/${runKey}`;
      await insertExpected(world.db, [{ id: joined, job: 'JOINED', runKey }]);
      let closing: Promise<unknown>[] = [];

      await holdingUp(world.db, 'select 1 from executions for update', async () => {
        closing = both.map((runId) => succeed(world, runId));
        await until(async () => (await heldUp(world.db)) === 2, { describe: 'both to be under way' });
      });
      await Promise.all(closing);

      const { rows } = await world.db.query('select number, status from executions where run_id = $1', [joined]);
      expect({ joined, executions: rows }).toEqual({ joined, executions: [{ number: 1, status: 'open' }] });
    }
  }));

test('a prerequisite that closes while its successor asks whether it may run wakes it', () =>
  withWorld(temporal, async (world) => {
    const left = await running(world, 'LEFT', '2026-10-01');
    const { runId } = await startRun(world.engine, { job: 'WAITING', runKey: '2026-10-01', who: 'test' });
    const state = { closed: false };
    let moves: Promise<unknown>[] = [];

    await holdingUp(world.db, 'lock table waits in share row exclusive mode', async () => {
      const opening = openRun(world.engine, { runId, execution: 1 });
      await until(async () => (await heldUp(world.db)) === 1, { describe: 'the successor to be under way' });
      const closing = succeed(world, left).then(() => {
        state.closed = true;
      });
      moves = [opening, closing];
      await until(async () => state.closed || (await heldUp(world.db)) === 2, {
        describe: 'the prerequisite to be closing',
      });
    });
    await Promise.all(moves);

    const woken = await world.db.query(`select 1 from outbox where kind = 'wake' and target = $1`, [runId]);
    expect(woken.rowCount).toBe(1);
    expect(await openRun(world.engine, { runId, execution: 1 })).toEqual({ status: 'running' });
  }));
