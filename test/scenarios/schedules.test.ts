import { scheduleId, syncSchedules } from '../../triggers/schedules/sync.ts';
import { taskQueueOf } from '../../workers/start-worker.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { type World, withWorld } from '../support/world.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(3);
});
afterAll(() => temporal.stop());

const owner = 'test-local';
const sync = (world: World) =>
  syncSchedules(world.client, {
    jobs: [world.jobs.get('LEFT')],
    owner,
    taskQueue: taskQueueOf({ name: 'test', stage: 'local' }),
    timezone: 'Asia/Tokyo',
    dryRun: false,
  });

test('a schedule that fires starts the run of the right business date, once', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    expect((await sync(world)).map((change) => change.kind)).toEqual(['created']);
    expect(await sync(world)).toEqual([]);
    const schedule = world.client.schedule.getHandle(scheduleId(owner, 'LEFT'));
    // 03:00 on the 21st in Tokyo is 18:00 on the 20th in UTC; asked for twice, as after a lost answer.
    const at = { start: new Date('2026-11-20T17:59:00Z'), end: new Date('2026-11-20T18:01:00Z') };

    await schedule.backfill({ ...at, overlap: 'ALLOW_ALL' });
    expect(await world.ends('LEFT/2026-11-21')).toMatchObject({ status: 'succeeded' });
    await schedule.backfill({ ...at, overlap: 'ALLOW_ALL' });
    await schedule.backfill({
      start: new Date('2026-11-21T17:59:00Z'),
      end: new Date('2026-11-21T18:01:00Z'),
      overlap: 'ALLOW_ALL',
    });
    expect(await world.ends('LEFT/2026-11-22')).toMatchObject({ status: 'succeeded' });

    const { rows } = await world.db.query(`select run_id, count(*)::int as n from executions group by 1 order by 1`);
    expect(rows).toEqual([
      { run_id: 'LEFT/2026-11-21', n: 1 },
      { run_id: 'LEFT/2026-11-22', n: 1 },
    ]);
  }));
