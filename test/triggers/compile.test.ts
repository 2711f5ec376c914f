import fc from 'fast-check';
import type { ScheduleExpression } from '../../model/schedule.ts';
import { compileSchedule } from '../../triggers/schedules/compile.ts';
import { anyExpression } from './any-expression.ts';
import { firesOf } from './calendar-fires.ts';
import { differencesOf, firesInYears } from './cron-oracle.ts';

function compile(expression: ScheduleExpression) {
  return compileSchedule({ expression }, 'UTC');
}

test('the nightly ranking becomes one calendar in its own zone', () => {
  const compiled = compileSchedule({ expression: 'cron(0 3 * * ? *)', timezone: 'Asia/Tokyo' }, 'UTC');

  expect(compiled.timezone).toBe('Asia/Tokyo');
  expect(compiled.calendars).toEqual([
    {
      second: [{ start: 0, end: 0, step: 1 }],
      minute: [{ start: 0, end: 0, step: 1 }],
      hour: [{ start: 3, end: 3, step: 1 }],
      dayOfMonth: [{ start: 1, end: 31, step: 1 }],
      month: [{ start: 'JANUARY', end: 'DECEMBER', step: 1 }],
      dayOfWeek: [{ start: 'SUNDAY', end: 'SATURDAY', step: 1 }],
    },
  ]);
});

test('a schedule without a zone gets the default', () => {
  expect(compileSchedule({ expression: 'cron(0 3 * * ? *)' }, 'Europe/Berlin').timezone).toBe('Europe/Berlin');
});

test.each<ScheduleExpression>([
  'cron(0 3 * * ? *)',
  'cron(30 2 1,15 * ? *)',
  'cron(0/7 8-18/3 * * ? *)',
  'cron(5,10,50-59/4 0/5 29-31 FEB,APR-JUN ? *)',
  'cron(0 9 ? * 2-6 *)',
  'cron(0 9 ? * SUN,TUE-THU,7 *)',
  'cron(59 23 ? 1/5 MON/2 *)',
  'cron(0 0 29 2 ? 2020/4)',
  'cron(15 4 */10 */2 ? 1970-2027/4)',
  'cron(0 3 L * ? *)',
  'cron(0 3 L 2 ? *)',
  'cron(0 3 L 2,4 ? 2000-2100/3)',
  'cron(0 3 LW * ? *)',
  'cron(0 3 1W * ? *)',
  'cron(0 3 15W * ? *)',
  'cron(0 3 28W * ? *)',
  'cron(0 3 29W * ? *)',
  'cron(0 3 30W * ? *)',
  'cron(0 3 31W * ? *)',
  'cron(0 3 ? * L *)',
  'cron(0 3 ? * 6L *)',
  'cron(0 3 ? * FRIL *)',
  'cron(0 3 ? 2 1L *)',
  'cron(0 3 ? * 3#2 *)',
  'cron(0 3 ? * TUE#1 *)',
  'cron(0 3 ? * MON#5 *)',
  'cron(0 3 ? 2 SUN#5 *)',
])('on every day of 100 years, %s fires when EventBridge says', (expression) => {
  const expected = firesInYears(expression, 2000, 2100);

  expect(expected.days.length * expected.minutes.length).toBeGreaterThan(0);
  expect(differencesOf(firesOf(compile(expression).calendars, 2000, 2100), expected)).toEqual([]);
});

test('on every day of 100 years, any expression fires when EventBridge says; one that never does is refused', () => {
  fc.assert(
    fc.property(anyExpression(), (expression) => {
      const expected = firesInYears(expression, 2000, 2100);
      if (expected.days.length === 0) expect(() => compile(expression)).toThrow('never comes');
      else expect(differencesOf(firesOf(compile(expression).calendars, 2000, 2100), expected)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('rate counts from its start, or from the epoch', () => {
  expect(compileSchedule({ expression: 'rate(5 minutes)' }, 'UTC')).toEqual({
    calendars: [],
    intervals: [{ every: 300_000, offset: 0 }],
    timezone: 'UTC',
  });
  const start = '2026-12-01T09:02:30+09:00';
  expect(compileSchedule({ expression: 'rate(5 minutes)', start }, 'UTC')).toMatchObject({
    intervals: [{ every: 300_000, offset: 150_000 }],
    startAt: new Date(start),
  });
});

test('at is an interval that comes once', () => {
  const compiled = compileSchedule({ expression: 'at(2026-11-21T05:06:00)', timezone: 'Asia/Tokyo' }, 'UTC');

  const every = Date.parse('2026-11-20T20:06:00Z');
  expect(compiled).toMatchObject({ calendars: [], intervals: [{ every, offset: 0 }] });
});

test('start, end and flexible window go along', () => {
  const compiled = compileSchedule(
    {
      expression: 'cron(0 3 * * ? *)',
      start: '2026-12-01T00:00:00Z',
      end: '2027-01-01T00:00:00.500+09:00',
      flexibleWindow: '15 minutes',
    },
    'UTC',
  );

  expect(compiled).toMatchObject({
    startAt: new Date('2026-12-01T00:00:00Z'),
    endAt: new Date('2026-12-31T15:00:00Z'),
    jitter: 900_000,
  });
});

test('ranges always have an end, since the SDK would send 1 for a missing one', () => {
  const [calendar = {}] = compile('cron(2 0/4 1 * ? 2026)').calendars;

  for (const ranges of Object.values(calendar)) {
    for (const range of ranges) expect(Object.keys(range)).toEqual(['start', 'end', 'step']);
  }
});

test.each([
  ['cron(0 3 * * *)', 'write six fields'],
  ['cron(0 3 * * ? * *)', 'write six fields'],
  ['0 3 * * *', 'write cron(0 3 * * ? *), rate(5 minutes) or at(2026-11-21T05:00:00)'],
  ['rate(0 minutes)', 'rate: write 1 or more'],
  ['rate(1 minutes)', 'rate: write rate(1 minute)'],
  ['rate(5 minute)', 'rate: write rate(5 minutes)'],
  ['rate(30 seconds)', 'rate: write a whole number and minutes, hours or days'],
  ['rate(1.5 hours)', 'rate: write a whole number'],
  ['rate(40000 days)', 'rate: write at most 3650 days'],
  ['at(2026-02-30T05:00:00)', 'at: write a day and a time that exist'],
  ['at(2026-11-21T25:00:00)', 'at: write a day and a time that exist'],
  ['at(2026-11-21)', 'at: write a day and a time that exist, such as at(2026-11-21T05:00:00)'],
  ['at(1999-11-21T05:00:00)', 'never comes: year'],
  ['cron(60 3 * * ? *)', 'minute: "60" is not understood: values are 0 to 59'],
  ['cron(? 3 * * ? *)', 'minute: "?"'],
  ['cron(0 24 * * ? *)', 'hour: "24"'],
  ['cron(0 18-6 * * ? *)', 'hour: "18-6" ends before it begins'],
  ['cron(0/0 3 * * ? *)', 'minute: "0/0"'],
  ['cron(0 3 0 * ? *)', 'day of month: "0"'],
  ['cron(0 3 * 13 ? *)', 'month: "13"'],
  ['cron(0 3 * FOO ? *)', 'month: "FOO" is not understood: values are 1 to 12, such as "*", "1,7"'],
  ['cron(0 3 ? * 0 *)', 'day of week: "0" is not understood: values are 1 to 7'],
  ['cron(0 3 * * * *)', 'exactly one of day of month and day of week must be "?"'],
  ['cron(0 3 ? * ? *)', 'exactly one of day of month and day of week must be "?"'],
  ['cron(0 3 L-3 * ? *)', 'day of month: "L-3" is not a form that EventBridge knows: L, W and # stand alone'],
  ['cron(0 3 1,L * ? *)', 'day of month: "1,L" is not a form'],
  ['cron(0 3 W * ? *)', 'day of month: "W" is not a form'],
  ['cron(0 3 32W * ? *)', 'day of month: "32" is not understood: values are 1 to 31'],
  ['cron(0 3 ? * 8L *)', 'day of week: "8" is not understood: values are 1 to 7'],
  ['cron(0 3 ? * MON#6 *)', 'day of week: "MON#6" is not a form'],
  ['cron(0 3 ? * MON#1,FRI#2 *)', 'day of week: "MON#1,FRI#2" is not a form'],
  ['cron(0 3 ? * 3W *)', 'day of week: "3W" is not a form'],
  ['cron(0 3 * * ? 1969)', 'year: "1969"'],
  ['cron(0 3 * * ? 2150)', 'never comes: year'],
  ['cron(0 3 30 2 ? *)', 'never comes: day of month'],
  ['cron(0 3 29 2 ? 2027)', 'never comes: day of month'],
  ['cron(0 3 31W 4 ? *)', 'never comes: day of month'],
  ['cron(0 3 ? 2 2#5 2026)', 'never comes: day of week'],
])('%s is refused', (expression, reason) => {
  expect(() => compile(expression as ScheduleExpression)).toThrow(reason);
});

test('all wrong fields are told together', () => {
  expect(() => compile('cron(99 99 * * ? *)')).toThrow(/minute: "99".*hour: "99"/);
});

test('a zone that no server knows is refused', () => {
  for (const timezone of ['Tokyo', '+09:00', '']) {
    expect(() => compileSchedule({ expression: 'cron(0 3 * * ? *)', timezone }, 'UTC')).toThrow('is not a time zone');
  }
});

test.each([
  [{ start: '2026-12-01' }, 'start: "2026-12-01" is not an instant: write day, time and zone'],
  [{ end: 'never' }, 'end: "never" is not an instant'],
  [{ start: '2027-01-01T00:00:00Z', end: '2026-12-01T00:00:00Z' }, 'is not after the start'],
  [{ start: '2026-12-01T04:00:00Z', end: '2026-12-02T02:00:00Z' }, 'never comes between its start and its end'],
])('%j is refused', (window, reason) => {
  expect(() => compileSchedule({ expression: 'cron(0 3 * * ? *)', ...window }, 'UTC')).toThrow(reason);
});

test('at takes no start and no end', () => {
  const schedule = { expression: 'at(2026-11-21T05:00:00)', end: '2027-01-01T00:00:00Z' } as const;

  expect(() => compileSchedule(schedule, 'UTC')).toThrow('are not for at(...)');
});
