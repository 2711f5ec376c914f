import { datesBetween } from '../../triggers/backfill/dates.ts';
import { type BackfillRequest, planBackfill } from '../../triggers/backfill/plan.ts';
import { withRuns } from '../cli/with-runs.ts';
import { testJobs } from '../support/test-jobs.ts';

const runs = withRuns();
const day = '2026-11-21';

const plan = async (request: Partial<BackfillRequest>) => {
  const whole = { job: 'LEFT', from: day, to: day, withPrerequisites: false, withSuccessors: false, ...request };
  const dates = await planBackfill({ sql: runs.db(), jobs: testJobs() }, whole);
  return dates.map(({ date, runs }) => [date, ...runs.map(({ job, does }) => `${does} ${job}`)].join(' '));
};

test('the dates of a range are counted over months and leap days, both ends included', () => {
  expect(datesBetween('2028-02-27', '2028-03-01')).toEqual(['2028-02-27', '2028-02-28', '2028-02-29', '2028-03-01']);
  expect(datesBetween(day, day)).toEqual([day]);
  expect(() => datesBetween(day, '2026-11-20')).toThrow('write the older date first');
  expect(() => datesBetween('2026-02-30', day)).toThrow('--from "2026-02-30" is not a business date');
  expect(() => datesBetween('1990-01-01', day)).toThrow('takes at most 3700: split it');
});

test('what there is of a run decides what is done about it', async () => {
  await runs.put({ id: 'LEFT/2026-11-01', status: 'succeeded' });
  await runs.put({ id: 'LEFT/2026-11-02', status: 'failed' });
  await runs.put({ id: 'LEFT/2026-11-03', status: 'running' });
  await runs.put({ id: 'LEFT/2026-11-04', status: 'notRun', reason: 'skipped' });
  await runs.put({ id: 'LEFT/2026-11-05', status: 'notRun', reason: 'prerequisiteNotMet' });
  await runs.put({ id: 'LEFT/2026-11-06', status: 'expected' });

  expect(await plan({ from: '2026-11-01', to: '2026-11-07' })).toEqual([
    '2026-11-01 pass LEFT',
    '2026-11-02 again LEFT',
    '2026-11-03 join LEFT',
    '2026-11-04 leave LEFT',
    '2026-11-05 again LEFT',
    '2026-11-06 start LEFT',
    '2026-11-07 start LEFT',
  ]);
});

test('dates whose prerequisites have not succeeded are listed and refused, or run them, too, in order', async () => {
  await runs.put({ id: 'LEFT/2026-11-20', status: 'succeeded' });
  await runs.put({ id: 'RIGHT/2026-11-20', status: 'succeeded' });
  await runs.put({ id: 'LEFT/2026-11-21', status: 'failed' });
  await runs.put({ id: 'RIGHT/2026-11-21', status: 'succeeded' });
  const range = { job: 'JOINED', from: '2026-11-20', to: '2026-11-22' };

  await expect(plan(range)).rejects.toThrow(
    /2 of 3 dates cannot run.*\n {2}2026-11-21: LEFT is failed\n {2}2026-11-22: LEFT has not run, RIGHT has not run\n.*--with-prerequisites/,
  );
  expect(await plan({ ...range, withPrerequisites: true })).toEqual([
    '2026-11-20 start JOINED',
    '2026-11-21 again LEFT start JOINED',
    '2026-11-22 start LEFT start RIGHT start JOINED',
  ]);
});

test('a prerequisite that was left out is refused, also with prerequisites', async () => {
  await runs.put({ id: `LEFT/${day}`, status: 'notRun', reason: 'skipped' });

  await expect(plan({ job: 'WAITING', withPrerequisites: true })).rejects.toThrow('LEFT is notRun (skipped)');
});

test('a run that waits in vain is refused like one that would', async () => {
  await runs.put({ id: `WAITING/${day}`, status: 'waiting' });

  await expect(plan({ job: 'WAITING' })).rejects.toThrow('LEFT has not run');
  expect(await plan({ job: 'WAITING', withPrerequisites: true })).toEqual([`${day} start LEFT join WAITING`]);
});

test('with successors, all that comes after runs, too, when the rest of its prerequisites have succeeded', async () => {
  await expect(plan({ withSuccessors: true })).rejects.toThrow('RIGHT has not run');
  expect(await plan({ withSuccessors: true, withPrerequisites: true })).toEqual([
    `${day} start LEFT start RIGHT start JOINED start WAITING`,
  ]);
  await runs.put({ id: `RIGHT/${day}`, status: 'succeeded' });

  expect(await plan({ withSuccessors: true })).toEqual([`${day} start LEFT start JOINED start WAITING`]);
});

test('a job that takes an input, or is not there, is refused before anything starts', async () => {
  await expect(plan({ job: 'ONE' })).rejects.toThrow('ONE takes an input, which a backfill has not');
  await expect(plan({ job: 'LEFD' })).rejects.toThrow('did you mean LEFT');
});
