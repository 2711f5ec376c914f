/** Some values of a field: from `start` to `end`, every `step`. */
export interface CronRange {
  start: number;
  end: number;
  step: number;
}

/**
 * The six fields of `cron(...)`, as Amazon EventBridge numbers them (day of week 1 = Sunday to 7 = Saturday).
 * `*` and `?` are the full range.
 */
export type CronFields = Record<CronFieldName, CronRange[]>;
export type CronFieldName = (typeof cronFields)[number]['name'];

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** In the order in which the expression gives them. */
const cronFields = [
  { name: 'minute', label: 'minute', min: 0, max: 59, names: [], example: '"0", "15,45" or "0/10"' },
  { name: 'hour', label: 'hour', min: 0, max: 23, names: [], example: '"3", "8-18" or "0/6"' },
  { name: 'dayOfMonth', label: 'day of month', min: 1, max: 31, names: [], example: '"1", "1,15", "*" or "?"' },
  { name: 'month', label: 'month', min: 1, max: 12, names: months, example: '"*", "1,7" or "JAN-MAR"' },
  {
    name: 'dayOfWeek',
    label: 'day of week',
    min: 1,
    max: 7,
    names: days,
    example: '"MON-FRI", "2-6" (1 is Sunday) or "?"',
  },
  { name: 'year', label: 'year', min: 1970, max: 2199, names: [], example: '"*" or "2026-2030"' },
] as const satisfies Field[];

interface Field {
  name: string;
  label: string;
  min: number;
  max: number;
  names: readonly string[];
  example: string;
}

/**
 * Parses `cron(minute hour day-of-month month day-of-week year)`.
 * @throws TypeError that names each field that is wrong, with an example.
 */
export function parseCron(expression: string): CronFields {
  const texts = /^cron\((.*)\)$/.exec(expression)?.[1]?.trim().split(/\s+/);
  if (texts?.length !== cronFields.length) {
    throw new TypeError(
      `"${expression}" is not a schedule: write six fields, minute hour day-of-month month day-of-week year, such as cron(0 3 * * ? *)`,
    );
  }
  const problems: string[] = [];
  const parsed = cronFields.map((field, index) => {
    try {
      return [field.name, parseField(field, texts[index] ?? '')];
    } catch (error) {
      problems.push((error as Error).message);
      return [field.name, []];
    }
  });
  if ((texts[2] === '?') === (texts[4] === '?')) {
    problems.push(
      'exactly one of day of month and day of week must be "?", such as cron(0 3 * * ? *) or cron(0 3 ? * MON *)',
    );
  }
  if (problems.length > 0) throw new TypeError(`"${expression}" is not a schedule: ${problems.join('; ')}`);
  return Object.fromEntries(parsed) as CronFields;
}

/** The values that ranges stand for, ascending, each once. */
export function valuesOf(ranges: readonly CronRange[]): number[] {
  const values = new Set<number>();
  for (const { start, end, step } of ranges) {
    for (let value = start; value <= end; value += step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function parseField(field: Field, text: string): CronRange[] {
  const isDay = field.name === 'dayOfMonth' || field.name === 'dayOfWeek';
  if (text === '?' && isDay) return [{ start: field.min, end: field.max, step: 1 }];
  // Month and day names hold an L or a W too (JUL, WED): only these forms are the special ones.
  if (isDay && (/#/.test(text) || /(^|\d|[a-z]{3})L(W|-|$)|\dW|^W$/i.test(text))) {
    throw new TypeError(
      `${field.label}: "${text}" uses L, W or #, which are not supported yet; write days, such as ${field.example}`,
    );
  }
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
