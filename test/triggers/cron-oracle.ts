/**
 * What `cron(...)` means, written from EventBridge's page alone and sharing nothing with the compiler: by asking each
 * day, hour and minute whether it fits. The yardstick for the compiler and for a real Temporal server.
 */
const monthNames = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const dayNames = 'SUN MON TUE WED THU FRI SAT'.split(' ');
const dayMs = 86_400_000;

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
  for (let day = Date.UTC(firstYear, 0, 1); day < Date.UTC(lastYear + 1, 0, 1); day += dayMs) {
    const date = new Date(day);
    const matches =
      fits(year, date.getUTCFullYear(), { min: 1970 }) &&
      fits(month, date.getUTCMonth() + 1, { min: 1, names: monthNames }) &&
      fitsDayOfMonth(dayOfMonth, day) &&
      fitsDayOfWeek(dayOfWeek, day);
    if (matches) fires.days.push(day);
  }
  return fires;
}

/** "L: the last day of the month." "3W: the weekday closest to the third day of the month." */
function fitsDayOfMonth(field: string, day: number): boolean {
  const date = new Date(day).getUTCDate();
  if (field === 'L') return !sameMonth(day, day + dayMs);
  if (field === 'LW') {
    const later = [1, 2, 3, 4, 5, 6].map((days) => day + days * dayMs).filter((other) => sameMonth(day, other));
    return isWeekday(day) && !later.some(isWeekday);
  }
  const wanted = /^(\d+)W$/.exec(field)?.[1];
  if (wanted === undefined) return fits(field, date, { min: 1 });
  if (Math.abs(date - Number(wanted)) > 3) return false;
  const month = daysOfMonth(day);
  if (!month.some((other) => new Date(other).getUTCDate() === Number(wanted))) return false;
  const distance = (other: number) => Math.abs(new Date(other).getUTCDate() - Number(wanted));
  const closest = Math.min(...month.filter(isWeekday).map(distance));
  return isWeekday(day) && distance(day) === closest;
}

/** "6L: the last Friday of the month." "3#2: the second Tuesday of the month." "L: the last day of the week." */
function fitsDayOfWeek(field: string, day: number): boolean {
  const weekday = new Date(day).getUTCDay() + 1;
  const [, last] = /^(\w+)L$/.exec(field) ?? [];
  if (field === 'L') return weekday === 7;
  if (last !== undefined) return weekday === number(last, dayNames) && !sameMonth(day, day + 7 * dayMs);
  const [which = '', nth] = field.split('#');
  if (nth === undefined) return fits(field, weekday, { min: 1, names: dayNames });
  if (weekday !== number(which, dayNames)) return false;
  const sameDays = daysOfMonth(day).filter((other) => new Date(other).getUTCDay() + 1 === number(which, dayNames));
  return sameDays[Number(nth) - 1] === day;
}

function daysOfMonth(day: number): number[] {
  const date = new Date(day);
  return Array.from({ length: 31 }, (_, index) =>
    Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), index + 1),
  ).filter((other) => sameMonth(day, other));
}

function sameMonth(one: number, other: number): boolean {
  return new Date(one).getUTCMonth() === new Date(other).getUTCMonth();
}

function isWeekday(day: number): boolean {
  return ![0, 6].includes(new Date(day).getUTCDay());
}

/** The same few questions are asked for every day of a century. */
const answers = new Map<string, boolean>();

function fits(field: string, value: number, of: { min: number; names?: string[] }): boolean {
  const question = `${field} ${value} ${of.min} ${of.names?.[0]}`;
  const answer = answers.get(question) ?? answerFor(field, value, of);
  answers.set(question, answer);
  return answer;
}

function answerFor(field: string, value: number, { min, names = [] }: { min: number; names?: string[] }): boolean {
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

/** What differs, as texts: comparing two lists of a century's days takes long when they are equal. */
export function differencesOf(actual: Fires, expected: Fires): string[] {
  return (['days', 'minutes'] as const).flatMap((kind) => [
    ...notIn(actual[kind], expected[kind]).map((value) => `${kind}: ${show(kind, value)} is too much`),
    ...notIn(expected[kind], actual[kind]).map((value) => `${kind}: ${show(kind, value)} is missing`),
  ]);
}

function notIn(values: number[], others: number[]): number[] {
  const known = new Set(others);
  return values.filter((value) => !known.has(value));
}

function show(kind: 'days' | 'minutes', value: number): string {
  return kind === 'days' ? new Date(value).toISOString().slice(0, 10) : String(value);
}
