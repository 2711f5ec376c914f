import type { CalendarSpec } from '@temporalio/client';
import fc from 'fast-check';
import { compileSchedule } from '../../triggers/schedules/compile.ts';
import { type Fires, firesInYears } from './cron-oracle.ts';

type Expression = `cron(${string})`;
const months = 'JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER'.split(' ');
const days = 'SUNDAY MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY'.split(' ');

function compile(expression: Expression) {
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

test.each<Expression>([
  'cron(0 3 * * ? *)',
  'cron(30 2 1,15 * ? *)',
  'cron(0/7 8-18/3 * * ? *)',
  'cron(5,10,50-59/4 0/5 29-31 FEB,APR-JUN ? *)',
  'cron(0 9 ? * 2-6 *)',
  'cron(0 9 ? * SUN,TUE-THU,7 *)',
  'cron(59 23 ? 1/5 MON/2 *)',
  'cron(0 0 29 2 ? 2020/4)',
  'cron(15 4 */10 */2 ? 1970-2027/4)',
])('%s fires when EventBridge says', (expression) => {
  const expected = firesInYears(expression, 2024, 2028);

  expect(expected.days.length * expected.minutes.length).toBeGreaterThan(0);
  expect(firesOf(compile(expression).calendars, 2024, 2028)).toEqual(expected);
});

test('any expression of lists, ranges, steps and wildcards fires when EventBridge says', () => {
  fc.assert(
    fc.property(anyExpression(), (expression) => {
      const expected = firesInYears(expression, 2027, 2028);
      // 2 years can be too few for a 29th of February: then the compiler may say "never", or find none either.
      if (expected.days.length === 0) return;
      expect(firesOf(compile(expression).calendars, 2027, 2028)).toEqual(expected);
    }),
    { numRuns: 200 },
  );
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
  ['rate(5 minutes)', 'write six fields'],
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
  ['cron(0 3 L * ? *)', 'day of month: "L" uses L, W or #, which are not supported yet'],
  ['cron(0 3 L-3 * ? *)', 'not supported yet'],
  ['cron(0 3 15W * ? *)', 'not supported yet'],
  ['cron(0 3 LW * ? *)', 'not supported yet'],
  ['cron(0 3 ? * 6L *)', 'day of week: "6L" uses L, W or #'],
  ['cron(0 3 ? * FRIL *)', 'not supported yet'],
  ['cron(0 3 ? * MON#2 *)', 'not supported yet'],
  ['cron(0 3 * * ? 1969)', 'year: "1969"'],
  ['cron(0 3 * * ? 2150)', 'never comes: year'],
  ['cron(0 3 30 2 ? *)', 'never comes: day of month'],
  ['cron(0 3 29 2 ? 2027)', 'never comes: day of month'],
])('%s is refused', (expression, reason) => {
  expect(() => compile(expression as Expression)).toThrow(reason);
});

test('all wrong fields are told together', () => {
  expect(() => compile('cron(99 99 * * ? *)')).toThrow(/minute: "99".*hour: "99"/);
});

test('a zone that no server knows is refused', () => {
  for (const timezone of ['Tokyo', '+09:00', '']) {
    expect(() => compileSchedule({ expression: 'cron(0 3 * * ? *)', timezone }, 'UTC')).toThrow('is not a time zone');
  }
});

/** When the one calendar fires by Temporal's page: a time matches when every field does. */
function firesOf([calendar = {}]: CalendarSpec[], firstYear: number, lastYear: number): Fires {
  const has = Object.fromEntries(Object.entries(calendar).map(([name, ranges]) => [name, expand(ranges)]));
  const fires: Fires = { days: [], minutes: [] };
  for (let at = 0; at < 1_440; at += 1) {
    if (has.hour?.has(Math.floor(at / 60)) && has.minute?.has(at % 60)) fires.minutes.push(at);
  }
  for (let day = Date.UTC(firstYear, 0, 1); day < Date.UTC(lastYear + 1, 0, 1); day += 86_400_000) {
    const date = new Date(day);
    if (has.year && !has.year.has(date.getUTCFullYear())) continue;
    if (!has.month?.has(date.getUTCMonth() + 1) || !has.dayOfMonth?.has(date.getUTCDate())) continue;
    if (has.dayOfWeek?.has(date.getUTCDay())) fires.days.push(day);
  }
  return fires;
}

function expand(ranges: { start: string | number; end: string | number; step: number }[]): Set<number> {
  const number = (value: string | number) =>
    typeof value === 'number' ? value : months.includes(value) ? months.indexOf(value) + 1 : days.indexOf(value);
  const values = new Set<number>();
  for (const { start, end, step } of ranges) for (let at = number(start); at <= number(end); at += step) values.add(at);
  return values;
}

function anyExpression(): fc.Arbitrary<Expression> {
  const field = (min: number, max: number) => {
    const range = fc
      .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
      .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
    const value = fc.integer({ min, max }).map(String);
    const step = fc.integer({ min: 1, max });
    const item = fc.oneof(
      value,
      range,
      fc.tuple(fc.oneof(value, range), step).map(([span, every]) => `${span}/${every}`),
    );
    return fc.oneof(
      fc.constant('*'),
      fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(',')),
    );
  };
  const dates = fc.oneof(fc.tuple(field(1, 31), fc.constant('?')), fc.tuple(fc.constant('?'), field(1, 7)));
  return fc
    .tuple(field(0, 59), field(0, 23), dates, field(1, 12))
    .map(([minute, hour, [day, weekday], month]) => `cron(${minute} ${hour} ${day} ${month} ${weekday} *)` as const);
}
