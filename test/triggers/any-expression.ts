import fc from 'fast-check';
import type { CronExpression } from '../../model/schedule.ts';

/** Any `cron(...)` that EventBridge takes: wildcards, lists, ranges, steps, names, the special days, years. */
export function anyExpression(): fc.Arbitrary<CronExpression> {
  const dates = fc.oneof(
    fc.tuple(fc.oneof(field(1, 31), fc.constantFrom('L', 'LW'), near), fc.constant('?')),
    fc.tuple(fc.constant('?'), fc.oneof(field(1, 7), names, last, nth, fc.constant('L'))),
  );
  const years = fc.oneof(fc.constant('*'), field(1970, 2199));
  return fc
    .tuple(field(0, 59), field(0, 23), dates, field(1, 12), years)
    .map(
      ([minute, hour, [day, weekday], month, year]) =>
        `cron(${minute} ${hour} ${day} ${month} ${weekday} ${year})` as const,
    );
}

const weekday = fc.constantFrom('SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', '1', '2', '3', '4', '5', '6', '7');
const near = fc.integer({ min: 1, max: 31 }).map((day) => `${day}W`);
const last = weekday.map((day) => `${day}L`);
const nth = fc.tuple(weekday, fc.integer({ min: 1, max: 5 })).map(([day, which]) => `${day}#${which}`);
const names = fc.constantFrom('MON-FRI', 'SUN,WED', 'TUE-THU,7', 'MON/2');

function field(min: number, max: number): fc.Arbitrary<string> {
  const value = fc.integer({ min, max }).map(String);
  const range = fc
    .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
    .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const stepped = fc
    .tuple(fc.oneof(value, range, fc.constant('*')), fc.integer({ min: 1, max: Math.min(max, 60) }))
    .map(([span, every]) => `${span}/${every}`);
  const list = fc.array(fc.oneof(value, range, stepped), { minLength: 1, maxLength: 3 });
  return fc.oneof(
    fc.constant('*'),
    list.map((items) => items.join(',')),
  );
}
