import type { DayField } from './cron-days.ts';
import type { CronRange } from './cron-ranges.ts';

/** The six fields of `cron(...)`, as Amazon EventBridge numbers them. `*` is the full range. */
export interface CronFields {
  minute: CronRange[];
  hour: CronRange[];
  dayOfMonth: DayField;
  month: CronRange[];
  dayOfWeek: DayField;
  year: CronRange[];
}

interface Field {
  label: string;
  min: number;
  max: number;
  names: readonly string[];
  example: string;
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** In the order in which the expression gives them. */
const fields = {
  minute: { label: 'minute', min: 0, max: 59, names: [], example: '"0", "15,45" or "0/10"' },
  hour: { label: 'hour', min: 0, max: 23, names: [], example: '"3", "8-18" or "0/6"' },
  dayOfMonth: {
    label: 'day of month',
    min: 1,
    max: 31,
    names: [],
    example: '"1", "1,15", "L", "LW", "15W", "*" or "?"',
  },
  month: { label: 'month', min: 1, max: 12, names: months, example: '"*", "1,7" or "JAN-MAR"' },
  dayOfWeek: {
    label: 'day of week',
    min: 1,
    max: 7,
    names: days,
    example: '"MON-FRI", "2-6" (1 is Sunday), "FRIL", "TUE#2" or "?"',
  },
  year: { label: 'year', min: 1970, max: 2199, names: [], example: '"*" or "2026-2030"' },
} as const satisfies Record<keyof CronFields, Field>;

/**
 * Parses `cron(minute hour day-of-month month day-of-week year)`.
 * @throws TypeError that names each field that is wrong, with an example.
 */
export function parseCron(expression: string): CronFields {
  const texts = /^cron\((.*)\)$/.exec(expression)?.[1]?.trim().split(/\s+/);
  if (texts?.length !== 6) {
    throw new TypeError(
      `"${expression}" is not a schedule: write six fields, minute hour day-of-month month day-of-week year, such as cron(0 3 * * ? *)`,
    );
  }
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = texts;
  const problems: string[] = [];
  const attempt = <T>(parse: () => T, otherwise: T): T => {
    try {
      return parse();
    } catch (error) {
      problems.push((error as Error).message);
      return otherwise;
    }
  };
  const parsed: CronFields = {
    minute: attempt(() => parseRanges(fields.minute, minute), []),
    hour: attempt(() => parseRanges(fields.hour, hour), []),
    dayOfMonth: attempt(() => parseDayOfMonth(dayOfMonth), { kind: 'any' }),
    month: attempt(() => parseRanges(fields.month, month), []),
    dayOfWeek: attempt(() => parseDayOfWeek(dayOfWeek), { kind: 'any' }),
    year: attempt(() => parseRanges(fields.year, year), []),
  };
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    problems.push(
      'exactly one of day of month and day of week must be "?", such as cron(0 3 * * ? *) or cron(0 3 ? * MON *)',
    );
  }
  if (problems.length > 0) throw new TypeError(`"${expression}" is not a schedule: ${problems.join('; ')}`);
  return parsed;
}

function parseDayOfMonth(text: string): DayField {
  const field = fields.dayOfMonth;
  if (text === '?') return { kind: 'any' };
  if (/^L$/i.test(text)) return { kind: 'last' };
  if (/^LW$/i.test(text)) return { kind: 'lastWeekday' };
  const near = /^(\d+)W$/i.exec(text)?.[1];
  if (near !== undefined) return { kind: 'nearestWeekday', day: parseValue(field, near) };
  refuseSpecial(field, text, /[LW#]/i);
  return { kind: 'days', ranges: parseRanges(field, text) };
}

function parseDayOfWeek(text: string): DayField {
  const field = fields.dayOfWeek;
  if (text === '?') return { kind: 'any' };
  // The last day of the week.
  if (/^L$/i.test(text)) return { kind: 'days', ranges: [{ start: field.max, end: field.max, step: 1 }] };
  const last = /^(\d|[A-Z]{3})L$/i.exec(text)?.[1];
  if (last !== undefined) return { kind: 'lastOfWeek', weekday: parseValue(field, last) };
  const [, day, nth] = /^(\d|[A-Z]{3})#([1-5])$/i.exec(text) ?? [];
  if (day !== undefined) return { kind: 'nthOfWeek', weekday: parseValue(field, day), nth: Number(nth) };
  // WED holds a W, but no day's name an L.
  refuseSpecial(field, text, /#|L|\dW|^W/i);
  return { kind: 'days', ranges: parseRanges(field, text) };
}

function refuseSpecial(field: Field, text: string, special: RegExp): void {
  if (special.test(text)) {
    throw refusal(field, text, 'is not a form that EventBridge knows: L, W and # stand alone');
  }
}

function parseRanges(field: Field, text: string): CronRange[] {
  return text.split(',').map((item) => parseItem(field, item));
}

function parseItem(field: Field, item: string): CronRange {
  const [, first = '', last, step] = /^([^-/]+)(?:-([^-/]+))?(?:\/(\d+))?$/.exec(item) ?? [];
  const every = step === undefined ? 1 : Number(step);
  if (first === '' || every < 1 || (first === '*' && last !== undefined)) throw refusal(field, item);
  if (first === '*') return { start: field.min, end: field.max, step: every };
  const start = parseValue(field, first);
  // `5/10` runs from 5 to the end of the field.
  const end = last !== undefined ? parseValue(field, last) : step === undefined ? start : field.max;
  if (end < start) throw refusal(field, item, 'ends before it begins: write it as two ranges with a comma');
  return { start, end, step: every };
}

function parseValue(field: Field, text: string): number {
  const named = field.names.indexOf(text.toUpperCase());
  if (named >= 0) return named + field.min;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= field.min && value <= field.max)) throw refusal(field, text);
  return value;
}

function refusal(
  field: Field,
  text: string,
  why = `is not understood: values are ${field.min} to ${field.max}`,
): TypeError {
  return new TypeError(`${field.label}: "${text}" ${why}, such as ${field.example}`);
}
