/**
 * What `cron(...)` means, written from EventBridge's page alone and sharing nothing with the compiler: by asking each
 * day, hour and minute whether it fits. The yardstick for the compiler and for a real Temporal server.
 */
const monthNames = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const dayNames = 'SUN MON TUE WED THU FRI SAT'.split(' ');

/** When an expression fires: the days (UTC midnights, milliseconds), and the minutes of each of them. */
export interface Fires {
  days: number[];
  minutes: number[];
}

/** When the expression fires in these years. */
export function firesInYears(expression: string, firstYear: number, lastYear: number): Fires {
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = expression
    .slice(5, -1)
    .split(' ');
  const fires: Fires = { days: [], minutes: [] };
  for (let at = 0; at < 1_440; at += 1) {
    if (fits(hour, Math.floor(at / 60), { min: 0 }) && fits(minute, at % 60, { min: 0 })) fires.minutes.push(at);
  }
  for (let day = Date.UTC(firstYear, 0, 1); day < Date.UTC(lastYear + 1, 0, 1); day += 86_400_000) {
    const date = new Date(day);
    const matches =
      fits(year, date.getUTCFullYear(), { min: 1970 }) &&
      fits(month, date.getUTCMonth() + 1, { min: 1, names: monthNames }) &&
      fits(dayOfMonth, date.getUTCDate(), { min: 1 }) &&
      fits(dayOfWeek, date.getUTCDay() + 1, { min: 1, names: dayNames });
    if (matches) fires.days.push(day);
  }
  return fires;
}

function fits(field: string, value: number, { min, names = [] }: { min: number; names?: string[] }): boolean {
  return field.split(',').some((item) => {
    const [span = '', step] = item.split('/');
    const [from = '', to] = span === '*' || span === '?' ? [String(min), '9999'] : span.split('-');
    const low = number(from, names);
    const high = to !== undefined ? number(to, names) : step !== undefined ? Number.POSITIVE_INFINITY : low;
    return value >= low && value <= high && (value - low) % Number(step ?? 1) === 0;
  });
}

function number(text: string, names: string[]): number {
  const index = names.indexOf(text);
  return index >= 0 ? index + 1 : Number(text);
}
