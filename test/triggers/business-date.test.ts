import { businessDate, instantOf } from '../../triggers/business-date.ts';

const hourMs = 3_600_000;

test('a night in Tokyo belongs to the day that has begun there', () => {
  expect(businessDate(new Date('2026-11-20T18:00:00Z'), 'Asia/Tokyo')).toBe('2026-11-21');
  expect(businessDate(new Date('2026-11-20T14:59:59Z'), 'Asia/Tokyo')).toBe('2026-11-20');
  expect(instantOf('2026-11-21', '03:15', 'Asia/Tokyo')).toEqual(new Date('2026-11-20T18:15:00Z'));
});

// Three zones that change their clocks: by an hour at 2, by an hour at 2 and 3, by half an hour at 2.
test.each([
  ['America/New_York', '2026-03-08', '02:30', '2026-03-08T07:30:00Z'],
  ['Europe/Berlin', '2026-03-29', '02:30', '2026-03-29T01:30:00Z'],
  ['Australia/Lord_Howe', '2026-10-04', '02:10', '2026-10-03T15:40:00Z'],
  ['America/Santiago', '2026-09-06', '00:00', '2026-09-06T04:00:00Z'],
])('in %s on %s the missing %s moves forward', (zone, date, time, expected) => {
  expect(instantOf(date, time, zone)).toEqual(new Date(expected));
  expect(businessDate(new Date(expected), zone)).toBe(date);
});

test.each([
  ['America/New_York', '2026-11-01', '01:30', '2026-11-01T05:30:00Z', hourMs],
  ['Europe/Berlin', '2026-10-25', '02:30', '2026-10-25T00:30:00Z', hourMs],
  ['Australia/Lord_Howe', '2026-04-05', '01:45', '2026-04-04T14:45:00Z', hourMs / 2],
])('in %s on %s the repeated %s is the first of the two', (zone, date, time, expected, shiftMs) => {
  const first = new Date(expected);
  const second = new Date(first.getTime() + shiftMs);

  expect(instantOf(date, time, zone)).toEqual(first);
  expect([clock(first, zone), clock(second, zone)]).toEqual([`${date} ${time}`, `${date} ${time}`]);
  expect(businessDate(second, zone)).toBe(date);
});

test.each(['Asia/Tokyo', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe'])(
  'every hour of a year in %s has the date that its calendars show, and its time leads back to it',
  (zone) => {
    const wrong: string[] = [];
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += hourMs) {
      const instant = new Date(at);
      const [date = '', time = ''] = clock(instant, zone).split(' ');
      const back = clock(instantOf(date, time, zone), zone);
      if (businessDate(instant, zone) !== date || back !== `${date} ${time}`) wrong.push(instant.toISOString());
    }

    expect(wrong).toEqual([]);
  },
);

test('what is no date, time or zone is refused', () => {
  expect(() => instantOf('2026-02-30', '03:00', 'UTC')).toThrow('"2026-02-30" is not a business date');
  expect(() => instantOf('2026-11-21', '24:00', 'UTC')).toThrow('"24:00" is not a time of day');
  expect(() => businessDate(new Date(0), 'Mars/Olympus')).toThrow(RangeError);
});

/** Making one takes longer than all that it is asked. */
const calendars = new Map<string, Intl.DateTimeFormat>();

/** The time as the platform's own calendars show it: `2026-11-21 03:15`. */
function clock(instant: Date, timeZone: string): string {
  const format =
    calendars.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  calendars.set(timeZone, format);
  return format.format(instant);
}
