import { type CronFields, parseCron } from './cron-fields.ts';

/** An expression, read. `local` is a clock's time as if it were UTC, in milliseconds. */
export type ParsedExpression =
  | { kind: 'cron'; fields: CronFields }
  | { kind: 'rate'; everyMs: number }
  | { kind: 'at'; local: number };

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `cron(...)`, `rate(value unit)` or `at(yyyy-mm-ddThh:mm:ss)`.
 * @throws TypeError that names what is wrong, with an example.
 */
export function parseExpression(expression: string): ParsedExpression {
  if (expression.startsWith('rate(')) return { kind: 'rate', everyMs: parseRate(expression) };
  if (expression.startsWith('at(')) return { kind: 'at', local: parseAt(expression) };
  if (expression.startsWith('cron(')) return { kind: 'cron', fields: parseCron(expression) };
  throw new TypeError(
    `"${expression}" is not a schedule: write cron(0 3 * * ? *), rate(5 minutes) or at(2026-11-21T05:00:00)`,
  );
}

function parseRate(expression: string): number {
  const [, digits, unit, plural] = /^rate\(\s*(\d+)\s+(minute|hour|day)(s?)\s*\)$/.exec(expression) ?? [];
  if (digits === undefined || unit === undefined) {
    throw new TypeError(
      `"${expression}" is not a schedule: rate: write a whole number and minutes, hours or days, such as rate(5 minutes)`,
    );
  }
  const value = Number(digits);
  if (value < 1)
    throw new TypeError(`"${expression}" is not a schedule: rate: write 1 or more, such as rate(1 minute)`);
  if ((value === 1) !== (plural === '')) {
    const right = `rate(${value} ${unit}${value === 1 ? '' : 's'})`;
    throw new TypeError(`"${expression}" is not a schedule: rate: write ${right}`);
  }
  const everyMs = value * unitMs[unit as keyof typeof unitMs];
  if (everyMs > 3_650 * unitMs.day) {
    throw new TypeError(`"${expression}" is not a schedule: rate: write at most 3650 days, such as rate(7 days)`);
  }
  return everyMs;
}

function parseAt(expression: string): number {
  const text = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/.exec(expression)?.[1];
  const local = text === undefined ? Number.NaN : Date.parse(`${text}Z`);
  if (text === undefined || Number.isNaN(local) || !new Date(local).toISOString().startsWith(text)) {
    throw new TypeError(
      `"${expression}" is not a schedule: at: write a day and a time that exist, such as at(2026-11-21T05:00:00)`,
    );
  }
  return local;
}
