import { startRun } from '../../engine/start-run.ts';
import { getRun } from '../../store/runs.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { date, withWorld } from '../support/world.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(8);
});
afterAll(() => temporal.stop());

test('a run that is asked for before its prerequisite is done waits, and goes on by itself', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    const waiting = await world.start('WAITING');
    await until(async () => (await world.db.query('select 1 from waits where run_id = $1', [waiting])).rowCount, {
      describe: 'the wait to be registered',
    });
    const events = async () => (await world.client.workflow.getHandle(`${waiting}/1`).fetchHistory()).events ?? [];
    await until(async () => (await events()).some((event) => event.markerRecordedEventAttributes), {
      describe: 'openRun to be in the history',
    });
    const entering = (await events()).length;
    expect((await getRun(world.db, waiting))?.status).toBe('waiting');
    expect(world.aws.journal.calls('SubmitJob')).toEqual([]);

    // Many looks at the execution later, the history is as long as before: waiting costs nothing.
    const looks = `select 1 from executions where run_id = $1 and next_look_at > created_at + interval '2 seconds'`;
    await until(async () => (await world.db.query(looks, [waiting])).rowCount, {
      describe: 'the execution to be looked at',
    });
    expect((await events()).length).toBe(entering);
    const left = await world.start('LEFT');

    expect(await world.ends(waiting)).toMatchObject({ status: 'succeeded' });
    const ended = await world.ends(left);
    expect((await world.ends(waiting)).startedAt?.getTime()).toBeGreaterThanOrEqual(
      ended.endedAt?.getTime() ?? Infinity,
    );
  }));

test('two prerequisites that close at the same moment start the successor once', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    const dates = Array.from({ length: 20 }, (_, day) => `2026-10-${String(day + 1).padStart(2, '0')}`);
    const ask = (job: string, runKey: string) => startRun(world.engine, { job, runKey, who: 'test' });

    await Promise.all(dates.flatMap((day) => [ask('LEFT', day), ask('RIGHT', day)]));

    for (const day of dates) expect(await world.ends(`JOINED/${day}`, 50_000)).toMatchObject({ status: 'succeeded' });
    const { rows } = await world.db.query(
      `select count(*)::int as executions, count(distinct run_id)::int as runs from executions where run_id like 'JOINED/%'`,
    );
    expect(rows).toEqual([{ executions: 20, runs: 20 }]);
    expect(world.aws.journal.processes().filter(({ started }) => started.jobName.includes('JOINED'))).toHaveLength(20);
  }));

test('a successor is only expected while one of its prerequisites has not succeeded', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();

    await world.ends(await world.start('LEFT'));

    expect((await getRun(world.db, `JOINED/${date}`))?.status).toBe('expected');
    await world.ends(await world.start('RIGHT'));
    expect(await world.ends(`JOINED/${date}`)).toMatchObject({ status: 'succeeded' });
  }));

test('a successor waits for its time of the business date; on past dates it does not', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    const future = '2099-01-01';
    await startRun(world.engine, { job: 'RIGHT', runKey: future, who: 'test' });
    const late = `LATE/${future}`;
    const clock = `select name, due_at from waits where run_id = $1 and kind = 'clock'`;
    const { rows } = await until(
      async () => {
        const waits = await world.db.query(clock, [late]);
        return waits.rowCount === 1 ? waits : undefined;
      },
      { describe: 'the run to wait for its time' },
    );
    // 03:15 in Tokyo.
    expect(rows).toEqual([{ name: '03:15', due_at: new Date('2098-12-31T18:15:00Z') }]);
    expect((await getRun(world.db, late))?.status).toBe('waiting');

    await world.db.query(`update waits set due_at = now() where run_id = $1`, [late]);
    expect(await world.ends(late)).toMatchObject({ status: 'succeeded' });

    await world.ends(await world.start('RIGHT'));
    expect(await world.ends(`LATE/${date}`)).toMatchObject({ status: 'succeeded' });
  }));

test('a wait that lasts too long ends as not run, and the workflow ends with it', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    const waiting = await world.start('WAITING');
    await until(async () => (await world.db.query('select 1 from waits where run_id = $1', [waiting])).rowCount, {
      describe: 'the wait to be registered',
    });

    await world.db.query(`update runs set wait_until = now() where id = $1`, [waiting]);

    expect(await world.ends(waiting)).toMatchObject({ status: 'notRun', reason: 'prerequisiteNotMet' });
    expect(await world.client.workflow.getHandle(`${waiting}/1`).result()).toBe('closed');
  }));

test('the same date asked for twice is one run', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    const ask = () => startRun(world.engine, { job: 'LEFT', runKey: date, who: 'test' });

    const answers = await Promise.all(Array.from({ length: 5 }, ask));

    expect(answers.map((answer) => answer.outcome).sort()).toEqual(['joined', 'joined', 'joined', 'joined', 'started']);
    await world.ends(`LEFT/${date}`);
    expect(await ask()).toMatchObject({ outcome: 'ended', status: 'succeeded' });
    expect(world.aws.journal.processes()).toHaveLength(1);
  }));
