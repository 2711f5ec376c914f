import type { Job } from '../../model/job.ts';
import type { Holidays } from '../../model/schedule.ts';
import { compileSchedule } from '../../triggers/schedules/compile.ts';
import { instantOf } from '../../triggers/schedules/instants.ts';
import { startsFor } from '../../triggers/schedules/starts-for.ts';
import { plannedStarts } from '../../triggers/schedules/timetable.ts';

const dates = ['2027-01-01', '2027-01-02', '2027-01-04'];

function job(holidays: Holidays, businessDate: 'same' | 'previous' = 'same'): Job {
  const schedule = { expression: 'cron(0 3 * * ? *)', holidays, businessDate } as const;
  return { id: 'A', name: 'A', tasks: {}, schedule, run: async () => null };
}

/** `day of the start > business date: what it does`, of the days around the holidays. */
function plan(of: Job): string[] {
  const span = { from: Date.parse('2026-12-30T12:00:00Z'), to: Date.parse('2027-01-05T12:00:00Z') };
  return plannedStarts(of, 'UTC', span).map(({ at, date, does }) => {
    return `${new Date(at).toISOString().slice(5, 10)} > ${date.slice(5)}: ${does}`;
  });
}

test('a skipped holiday is not run, and its neighbours are', () => {
  expect(plan(job({ dates }))).toEqual([
    '12-31 > 12-31: start',
    '01-01 > 01-01: notRun',
    '01-02 > 01-02: notRun',
    '01-03 > 01-03: start',
    '01-04 > 01-04: notRun',
    '01-05 > 01-05: start',
  ]);
});

test('holidays run on the next day that is none, for their own dates, earliest first', () => {
  expect(plan(job({ dates, on: 'nextDay' })).filter((line) => line.endsWith('start'))).toEqual([
    '12-31 > 12-31: start',
    '01-03 > 01-01: start',
    '01-03 > 01-02: start',
    '01-03 > 01-03: start',
    '01-05 > 01-04: start',
    '01-05 > 01-05: start',
  ]);
});

test('holidays run on the day before that is none', () => {
  expect(plan(job({ dates, on: 'previousDay' })).filter((line) => line.endsWith('start'))).toEqual([
    '12-31 > 12-31: start',
    '12-31 > 01-01: start',
    '12-31 > 01-02: start',
    '01-03 > 01-03: start',
    '01-03 > 01-04: start',
    '01-05 > 01-05: start',
  ]);
});

test('a holiday is a business date: a start for the day before is looked up by that day', () => {
  expect(plan(job({ dates }, 'previous')).slice(0, 3)).toEqual([
    '12-31 > 12-30: start',
    '01-01 > 12-31: start',
    '01-02 > 01-01: notRun',
  ]);
});

test('a job of one day a week gets its moved time in Temporal, and the trigger the date that it is for', () => {
  const schedule = {
    expression: 'cron(0 3 ? * FRI *)',
    holidays: { dates: ['2027-01-01'], on: 'nextDay' },
  } as const;
  const weekly: Job = { id: 'A', name: 'A', tasks: {}, schedule, run: async () => null };
  const saturday = new Date('2027-01-02T03:00:00Z');

  const { intervals = [] } = compileSchedule(schedule, 'UTC');

  expect(intervals.map(instantOf)).toEqual([saturday.getTime()]);
  expect(startsFor(weekly, saturday, 'UTC')).toMatchObject([{ runKey: '2027-01-01', does: 'start' }]);
  expect(startsFor(weekly, new Date('2027-01-01T03:00:00Z'), 'UTC')).toEqual([]);
});
