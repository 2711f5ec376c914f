import { Client, Connection } from '@temporalio/client';
import type { Job } from '../../model/job.ts';
import type { Schedule } from '../../model/schedule.ts';
import { runsBy } from '../../triggers/run-keys.ts';
import { startsFor } from '../../triggers/schedules/starts-for.ts';
import { scheduleId, syncSchedules } from '../../triggers/schedules/sync.ts';
import { plannedStarts } from '../../triggers/schedules/timetable.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { timesOnServer } from './times-on-server.ts';

const dayMs = 86_400_000;
const owner = 'shop-test';

let temporal: TestTemporal;
let connection: Connection;
let client: Client;
beforeAll(async () => {
  temporal = await startTestTemporal(1);
  connection = await Connection.connect({ address: temporal.address });
  client = new Client({ connection, namespace: temporal.takeNamespace() });
});
afterAll(async () => {
  await connection?.close();
  await temporal?.stop();
});

/** Three zones that change their clocks: by an hour at 2, by an hour at 2 and 3, by half an hour at 2. */
const spring = {
  berlin: ['Europe/Berlin', '2027-03-28'],
  newYork: ['America/New_York', '2027-03-14'],
  lordHowe: ['Australia/Lord_Howe', '2027-10-03'],
} as const;
const autumn = {
  berlin: ['Europe/Berlin', '2027-10-31'],
  newYork: ['America/New_York', '2027-11-07'],
  lordHowe: ['Australia/Lord_Howe', '2027-04-04'],
} as const;

test.each([
  ['shifted by the jump', ...spring.berlin, '30 2', {}, ['2027-03-28T01:30:00Z 2027-03-28']],
  ['shifted by the jump', ...spring.newYork, '30 2', {}, ['2027-03-14T07:30:00Z 2027-03-14']],
  ['shifted by the jump', ...spring.lordHowe, '10 2', {}, ['2027-10-02T15:40:00Z 2027-10-03']],
  ['skipped', ...spring.berlin, '30 2', { missing: 'skip' }, []],
  ['skipped', ...spring.newYork, '30 2', { missing: 'skip' }, []],
  ['skipped', ...spring.lordHowe, '10 2', { missing: 'skip' }, []],
] as const)('a missing time is %s in %s on %s', async (_policy, timezone, day, time, dst, expected) => {
  expect(await firesOn({ timezone, day, schedule: { expression: `cron(${time} * * ? *)`, dst } })).toEqual(expected);
});

test.each([
  ['at the first', ...autumn.berlin, '30 2', ['2027-10-31T00:30:00Z']],
  ['at the first', ...autumn.newYork, '30 1', ['2027-11-07T05:30:00Z']],
  ['at the first', ...autumn.lordHowe, '45 1', ['2027-04-03T14:45:00Z']],
  ['at both', ...autumn.berlin, '30 2', ['2027-10-31T00:30:00Z', '2027-10-31T01:30:00Z']],
  ['at both', ...autumn.newYork, '30 1', ['2027-11-07T05:30:00Z', '2027-11-07T06:30:00Z']],
  ['at both', ...autumn.lordHowe, '45 1', ['2027-04-03T14:45:00Z', '2027-04-03T15:15:00Z']],
] as const)('a repeated time starts a run %s in %s on %s', async (policy, timezone, day, time, expected) => {
  const schedule: Omit<Schedule, 'timezone'> = {
    expression: `cron(${time} * * ? *)`,
    dst: { repeated: policy === 'at both' ? 'both' : 'first' },
  };

  const fired = await firesOn({ timezone, day, schedule, runsBy: policy === 'at both' ? 'instant' : 'date' });

  expect(fired.map((text) => text.split(' ')[0])).toEqual(expected);
});

test('a job of every hour has no hole where the clock is set back, and nothing twice where it is set forward', async () => {
  const schedule = { expression: 'cron(0 * * * ? *)' } as const;

  const hours = async ([timezone, day]: readonly [string, string]) =>
    (await firesOn({ timezone, day, schedule })).length;

  expect([await hours(spring.berlin), await hours(autumn.berlin)]).toEqual([23, 25]);
});

test('a job of every other hour takes a repeated hour for one', async () => {
  const [timezone, day] = autumn.berlin;

  const fired = await firesOn({ timezone, day, schedule: { expression: 'cron(30 0/2 * * ? *)' } });

  expect(fired).toHaveLength(12);
});

test.each([...Object.values(spring), ...Object.values(autumn)])(
  'in %s around %s the plan is what the server fires, policies applied',
  async (timezone, day) => {
    const schedule = { expression: 'cron(0/10 0-4 ? * SUN-MON *)', timezone } as const;
    const job = jobWith({ schedule });
    const noon = Date.parse(`${day}T12:00:00Z`);
    const span = { from: noon - 3 * dayMs, to: noon + 3 * dayMs };

    const planned = plannedStarts(job, 'UTC', span).filter(({ does }) => does === 'start');
    const onServer = await startsOnServer(job, span);

    expect(onServer).toEqual(planned.map(({ at, runKey }) => `${show(at)} ${runKey}`));
  },
);

/** What comes to a run on a day of the zone, as the server fires it: `2027-03-28T01:30:00Z 2027-03-28` (instant, run key). */
async function firesOn(of: {
  timezone: string;
  day: string;
  schedule: Omit<Schedule, 'timezone'>;
  runsBy?: 'date' | 'instant';
}): Promise<string[]> {
  const { timezone, day } = of;
  const job = jobWith({ schedule: { ...of.schedule, timezone }, ...(of.runsBy && { runsBy: of.runsBy }) });
  const noon = Date.parse(`${day}T12:00:00Z`);
  const starts = await startsOnServer(job, { from: noon - 2 * dayMs, to: noon + 2 * dayMs });
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short' });
  return starts.filter((start) => format.format(new Date(start.split(' ')[0] ?? '')) === day);
}

async function startsOnServer(job: Job, span: { from: number; to: number }): Promise<string[]> {
  await syncSchedules(client, {
    jobs: [job],
    owner,
    taskQueue: 'nights',
    timezone: 'UTC',
    dryRun: false,
    now: Date.UTC(2026, 10, 25),
  });
  const times = await timesOnServer(client, scheduleId(owner, job.id), { ...span, to: span.to + 1_000 });
  return times.flatMap((at) => startsFor(job, new Date(at), 'UTC').map((start) => `${show(at)} ${start.runKey}`));
}

function jobWith(changes: Partial<Job>): Job {
  const job: Job = { id: 'A', name: 'A', tasks: {}, run: async () => null, ...changes };
  return { ...job, runsBy: runsBy(job) };
}

function show(at: number): string {
  return new Date(at).toISOString().replace('.000', '');
}
