import { retryRun } from '../../engine/retry-run.ts';
import { all } from '../../store/database.ts';
import { getRun, isStale } from '../../store/runs.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { date, type World, withWorld } from '../support/world.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(10);
});
afterAll(() => temporal.stop());

const again = (world: World, job: string, withSuccessors = false) =>
  retryRun(world.engine, { job, runKey: date, who: 'hanako', again: 'fromStart', withSuccessors });

const staleRuns = async (world: World) => {
  const runs = await Promise.all(
    ['LEFT', 'RIGHT', 'JOINED', 'WAITING'].map((job) => getRun(world.db, `${job}/${date}`)),
  );
  return runs.flatMap((run) => (run !== undefined && isStale(run) ? [run.job] : []));
};

const executions = async (world: World) => {
  const rows = await all<{ job: string; count: number }>(
    world.db,
    `select split_part(run_id, '/', 1) as job, count(*) as count from executions
     where run_id not like 'LATE/%' group by 1 order by 1`,
    [],
  );
  return Object.fromEntries(rows.map(({ job, count }) => [job, count]));
};

/** LEFT and RIGHT, and after them JOINED (which nothing else starts) and WAITING. */
async function wholeNight(world: World) {
  await Promise.all(['LEFT', 'RIGHT', 'WAITING'].map((job) => world.start(job)));
  for (const job of ['LEFT', 'RIGHT', 'WAITING', 'JOINED']) {
    expect(await world.ends(`${job}/${date}`)).toMatchObject({ status: 'succeeded' });
  }
}

test('after a prerequisite has run again its successors are stale, until they run again themselves', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    await wholeNight(world);
    expect(await staleRuns(world)).toEqual([]);

    await again(world, 'LEFT');
    expect(await world.ends(`LEFT/${date}`)).toMatchObject({ status: 'succeeded', generation: 2 });

    expect(await staleRuns(world)).toEqual(['JOINED', 'WAITING']);
    expect(await executions(world)).toEqual({ JOINED: 1, LEFT: 2, RIGHT: 1, WAITING: 1 });
    await again(world, 'JOINED');
    expect(await world.ends(`JOINED/${date}`)).toMatchObject({ status: 'succeeded' });
    expect(await staleRuns(world)).toEqual(['WAITING']);
  }));

test('with its successors, a run that runs again takes them along, each once and after it', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    await wholeNight(world);

    const answer = await again(world, 'LEFT', true);

    expect(answer.successors.sort()).toEqual([`JOINED/${date}`, `WAITING/${date}`]);
    const left = await world.ends(`LEFT/${date}`);
    for (const job of ['JOINED', 'WAITING']) {
      const run = await world.ends(`${job}/${date}`);
      expect(run).toMatchObject({ status: 'succeeded', generation: 2 });
      expect(run.startedAt?.getTime()).toBeGreaterThanOrEqual(left.endedAt?.getTime() ?? Infinity);
    }
    expect(await staleRuns(world)).toEqual([]);
    expect(await executions(world)).toEqual({ JOINED: 2, LEFT: 2, RIGHT: 1, WAITING: 2 });
  }));

test('a successor that is at work refuses the whole, and is stale once it has succeeded if the prerequisite went first', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    await wholeNight(world);
    await world.db.query(`update runs set status = 'running' where id = $1`, [`WAITING/${date}`]);

    await expect(again(world, 'LEFT', true)).rejects.toThrow(`successor WAITING/${date} is running`);
    expect(await executions(world)).toEqual({ JOINED: 1, LEFT: 1, RIGHT: 1, WAITING: 1 });

    await again(world, 'LEFT');
    await world.ends(`LEFT/${date}`);
    expect(await staleRuns(world)).toEqual(['JOINED']);
    await world.db.query(`update runs set status = 'succeeded' where id = $1`, [`WAITING/${date}`]);
    expect(await staleRuns(world)).toEqual(['JOINED', 'WAITING']);
  }));

test('a successor that was left out stays out, and one that never ran is not started early', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    await world.ends(await world.start('LEFT'));
    await world.db.query(
      `insert into runs (id, job, run_key, status, reason) values ($1, 'WAITING', $2, 'notRun', 'skipped')`,
      [`WAITING/${date}`, date],
    );

    expect(await again(world, 'LEFT', true)).toMatchObject({ successors: [] });

    await world.ends(`LEFT/${date}`);
    expect((await getRun(world.db, `JOINED/${date}`))?.status).toBe('expected');
    expect((await getRun(world.db, `WAITING/${date}`))?.status).toBe('notRun');
  }));
