import type { Decision } from '../../engine/mark-run.ts';
import { markRun } from '../../engine/mark-run.ts';
import { skipRun } from '../../engine/skip-run.ts';
import { startRun } from '../../engine/start-run.ts';
import { listAudit } from '../../store/audit.ts';
import { getRun } from '../../store/runs.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { date, type World, withWorld } from '../support/world.ts';
import { alertsOf, tell } from '../support/world-facts.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(10);
});
afterAll(() => temporal.stop());

const decide = (job: string): Decision => ({ job, runKey: date, who: 'hanako', reason: 'done by hand' });
const mark = (world: World, job: string) => markRun(world.engine, decide(job));
const skip = (world: World, job: string) => skipRun(world.engine, decide(job));
const statusOf = async (world: World, job: string) => (await getRun(world.db, `${job}/${date}`))?.status;
const untilItWaits = (world: World, run: string) =>
  until(async () => (await world.db.query('select 1 from waits where run_id = $1', [run])).rowCount, {
    describe: `${run} to wait`,
  });

test('a failed run that is marked lets the runs go on that wait for it, and starts those that it would have started', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    await world.db.query(`insert into runs (id, job, run_key, status, error) values ($1, 'LEFT', $2, 'failed', '{}')`, [
      `LEFT/${date}`,
      date,
    ]);
    await world.ends(await world.start('RIGHT'));
    const waiting = await world.start('WAITING');
    await untilItWaits(world, waiting);

    await mark(world, 'LEFT');

    expect(await world.ends(waiting)).toMatchObject({ status: 'succeeded' });
    expect(await world.ends(`JOINED/${date}`)).toMatchObject({ status: 'succeeded' });
    expect(await getRun(world.db, `LEFT/${date}`)).toMatchObject({ status: 'succeeded', reason: 'marked' });
    expect(await listAudit(world.db, `LEFT/${date}`)).toMatchObject([
      { who: 'hanako', action: 'mark as succeeded', reason: 'done by hand' },
    ]);
    expect(world.aws.journal.processes().filter(({ started }) => started.jobName.includes('LEFT'))).toEqual([]);
  }));

test('a run that was never asked for can be marked; its schedule then finds it done', () =>
  withWorld(temporal, async (world) => {
    await mark(world, 'LEFT');

    const answer = await startRun(world.engine, { job: 'LEFT', runKey: date, who: 'schedule' });

    expect(answer).toMatchObject({ outcome: 'ended', status: 'succeeded' });
    expect(await statusOf(world, 'JOINED')).toBe('expected');
  }));

test('what is open, or has succeeded already, is not marked, and nothing changes', () =>
  withWorld(temporal, async (world) => {
    await world.start('LEFT');
    await mark(world, 'RIGHT');

    await expect(mark(world, 'LEFT')).rejects.toThrow('is waiting: cancel it first');
    await expect(mark(world, 'RIGHT')).rejects.toThrow('has succeeded already');
    await expect(mark(world, 'NONE')).rejects.toThrow('There is no job "NONE"');

    expect(await statusOf(world, 'LEFT')).toBe('waiting');
    expect(await listAudit(world.db, `RIGHT/${date}`)).toHaveLength(1);
    expect((await world.db.query('select 1 from runs where job = $1', ['NONE'])).rowCount).toBe(0);
  }));

test('a waiting run that is skipped ends with its workflow, without an alert', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    const waiting = await world.start('WAITING');
    await untilItWaits(world, waiting);

    await skip(world, 'WAITING');

    expect(await getRun(world.db, waiting)).toMatchObject({ status: 'notRun', reason: 'skipped' });
    expect(await world.client.workflow.getHandle(`${waiting}/1`).result()).toBe('closed');
    expect(await alertsOf(world, waiting)).toEqual([]);
    expect((await world.db.query('select 1 from waits where run_id = $1', [waiting])).rowCount).toBe(0);
  }));

test('a run that is skipped before it was asked for is left alone by its schedule, and who waits for it hears at once', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    const waiting = await world.start('WAITING');
    await untilItWaits(world, waiting);

    await skip(world, 'LEFT');

    expect(await world.ends(waiting)).toMatchObject({ status: 'notRun', reason: 'prerequisiteNotMet' });
    const answer = await startRun(world.engine, { job: 'LEFT', runKey: date, who: 'schedule' });
    expect(answer).toMatchObject({ outcome: 'ended', status: 'notRun' });
    expect(await statusOf(world, 'JOINED')).toBe('expected');
    expect(world.aws.journal.calls('SubmitJob')).toEqual([]);
  }));

test('what has begun or has ended is not skipped', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold');
    await world.reaches(await world.start('ONE'), 'running');
    await mark(world, 'LEFT');

    await expect(skip(world, 'ONE')).rejects.toThrow(`nightshift cancel ONE/${date}`);
    await expect(skip(world, 'LEFT')).rejects.toThrow('only a run that has not begun');

    expect(await statusOf(world, 'ONE')).toBe('running');
    expect(await statusOf(world, 'LEFT')).toBe('succeeded');
  }));
