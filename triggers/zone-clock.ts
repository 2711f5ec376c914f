/** A change of the clocks of a zone. Offsets are those of local time from UTC, in milliseconds. */
export interface ClockChange {
  at: number;
  before: number;
  after: number;
}

const dayMs = 86_400_000;
/** The years in which changes are looked for: those that a Temporal server knows. */
const span = { first: Date.UTC(2000, 0, 1), last: Date.UTC(2101, 0, 2) };
/** Finding the changes of a century takes some 60 ms. */
const known = new Map<string, readonly ClockChange[]>();

/**
 * All changes of a zone's clocks from 2000 to 2100, first to last, by the time zone data of this Node.
 * @throws RangeError when the zone is not one.
 */
export function clockChanges(timezone: string): readonly ClockChange[] {
  const found = known.get(timezone) ?? findChanges(timezone);
  known.set(timezone, found);
  return found;
}

/** What a clock in the zone shows, as if it were UTC, in milliseconds. */
export function localTime(instant: number, timezone: string): number {
  return instant + offsetAt(instant, timezone);
}

/** The instants at which a clock in the zone shows this: none when it is jumped over, two when it comes twice. */
export function instantsAt(local: number, timezone: string): number[] {
  const offsets = new Set([offsetAt(local - 2 * dayMs, timezone), offsetAt(local + 2 * dayMs, timezone)]);
  for (const change of changesNear(local, timezone)) offsets.add(change.before).add(change.after);
  return [...offsets]
    .map((offset) => local - offset)
    .filter((instant) => localTime(instant, timezone) === local)
    .sort((a, b) => a - b);
}

/** The change that jumps over this local time; undefined when a clock does show it. */
export function gapAt(local: number, timezone: string): ClockChange | undefined {
  return changesNear(local, timezone).find(({ at, before, after }) => at + before <= local && local < at + after);
}

function changesNear(local: number, timezone: string): ClockChange[] {
  return clockChanges(timezone).filter(({ at }) => Math.abs(at - local) < 2 * dayMs);
}

function offsetAt(instant: number, timezone: string): number {
  const changes = clockChanges(timezone);
  let [low, high] = [0, changes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle]?.at ?? 0) <= instant) low = middle + 1;
    else high = middle;
  }
  const last = changes[low - 1];
  return last?.after ?? changes[0]?.before ?? 0;
}

function findChanges(timezone: string): ClockChange[] {
  const read = offsetReader(timezone);
  const changes: ClockChange[] = [];
  let before = read(span.first);
  // A zone without any change still has its offset: it is kept as a change before all others.
  changes.push({ at: span.first, before, after: before });
  for (let at = span.first; at < span.last; at += 7 * dayMs) {
    const after = read(at + 7 * dayMs);
    if (after === before) continue;
    changes.push({ at: bisect(read, at, at + 7 * dayMs), before, after });
    before = after;
  }
  return changes;
}

/** The first second at which the offset is no longer that of `low`. */
function bisect(read: (instant: number) => number, low: number, high: number): number {
  const before = read(low);
  let [first, last] = [low / 1_000, high / 1_000];
  while (last - first > 1) {
    const middle = Math.floor((first + last) / 2);
    if (read(middle * 1_000) === before) first = middle;
    else last = middle;
  }
  return last * 1_000;
}

function offsetReader(timeZone: string): (instant: number) => number {
  const two = '2-digit';
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    hourCycle: 'h23',
    ...{ year: 'numeric', month: two, day: two, hour: two, minute: two, second: two },
  });
  return (instant) => {
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] =
      format.format(instant).match(/\d+/g)?.map(Number) ?? [];
    return Date.UTC(year, month - 1, day, hour, minute, second) - instant;
  };
}
