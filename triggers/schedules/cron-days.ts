import { unreachable } from '../../model/unreachable.ts';
import { type CronRange, rangesOf } from './cron-ranges.ts';

/**
 * A day field of `cron(...)`. `any`: `?`. `days`: numbers, lists, ranges and steps. The others are EventBridge's special
 * days: the last day (`L`), the last weekday (`LW`), the weekday nearest to a day (`15W`), the last such day of the week
 * (`6L`), the n-th such day of the week (`3#2`). A day of the week is 1 = Sunday to 7 = Saturday.
 */
export type DayField =
  | { kind: 'any' }
  | { kind: 'days'; ranges: CronRange[] }
  | { kind: 'last' }
  | { kind: 'lastWeekday' }
  | { kind: 'nearestWeekday'; day: number }
  | { kind: 'lastOfWeek'; weekday: number }
  | { kind: 'nthOfWeek'; weekday: number; nth: number };

/** Days of a month that fit: the day is one of `days` *and* of `weekdays` (1 = Sunday). */
export interface DayRule {
  days: CronRange[];
  weekdays: CronRange[];
}

const anyDay = [{ start: 1, end: 31, step: 1 }];
const anyWeekday = [{ start: 1, end: 7, step: 1 }];
const workdays = [{ start: 2, end: 6, step: 1 }];
const monday = 2;
const friday = 6;

/** What the two day fields mean in a month of this length: a day fits when one of the rules does. */
export function dayRules(dayOfMonth: DayField, dayOfWeek: DayField, length: number): DayRule[] {
  const field = dayOfMonth.kind === 'any' ? dayOfWeek : dayOfMonth;
  switch (field.kind) {
    case 'any':
      return [{ days: anyDay, weekdays: anyWeekday }];
    case 'days':
      return field === dayOfMonth
        ? [{ days: field.ranges, weekdays: anyWeekday }]
        : [{ days: anyDay, weekdays: field.ranges }];
    case 'last':
      return [{ days: only(length), weekdays: anyWeekday }];
    case 'lastWeekday':
      return [{ days: only(length), weekdays: workdays }, on(friday, length - 2, length - 1)];
    case 'nearestWeekday':
      return field.day > length ? [] : nearestWeekday(field.day, length);
    case 'lastOfWeek':
      return [on(field.weekday, length - 6, length)];
    case 'nthOfWeek':
      return [on(field.weekday, field.nth * 7 - 6, Math.min(field.nth * 7, 31))];
    default:
      return unreachable(field);
  }
}

/** The day itself, the Friday before its Saturday, the Monday after its Sunday; never in another month. */
function nearestWeekday(day: number, length: number): DayRule[] {
  const itself = { days: only(day), weekdays: workdays };
  if (day === 1) return [itself, on(monday, 2, 3)];
  if (day === length) return [itself, on(friday, day - 2, day - 1)];
  return [itself, on(friday, day - 1, day - 1), on(monday, day + 1, day + 1)];
}

function on(weekday: number, first: number, last: number): DayRule {
  return { days: [{ start: first, end: last, step: 1 }], weekdays: only(weekday) };
}

function only(value: number): CronRange[] {
  return rangesOf([value]);
}
