import { Client, Connection, type ScheduleDescription, type ScheduleOptions } from '@temporalio/client';
import type { Job } from '../../model/job.ts';
import type { ScheduleExpression } from '../../model/schedule.ts';
import { type ScheduleChange, type SyncRequest, scheduleId, syncSchedules } from '../../triggers/schedules/sync.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { firesInYears } from './cron-oracle.ts';
import { timesOnServer } from './times-on-server.ts';

const owner = 'shop-test';
let temporal: TestTemporal;
let connection: Connection;

beforeAll(async () => {
  temporal = await startTestTemporal(24);
  connection = await Connection.connect({ address: temporal.address });
});
afterAll(async () => {
  await connection?.close();
  await temporal?.stop();
});

test('sync creates what is missing, and the second time changes nothing', async () => {
  const { client, sync } = start();

  const first = await sync([job('A'), job('B', 'cron(30 2 ? * MON-FRI *)'), job('C', null)]);

  expect(first.map(({ kind, job }) => `${kind} ${job}`)).toEqual(['created A', 'created B']);
  expect(await sync([job('A'), job('B', 'cron(30 2 ? * MON-FRI *)'), job('C', null)])).toEqual([]);
  expect(await describe(client, 'A')).toMatchObject({
    action: {
      workflowType: 'nightshiftTrigger',
      workflowId: 'nightshift-trigger/A',
      taskQueue: 'nights',
      args: [{ job: 'A' }],
    },
    policies: { catchupWindow: 12 * 3_600_000, overlap: 'ALLOW_ALL' },
    spec: { timezone: 'Asia/Tokyo' },
  });
});

test('a changed job updates its schedule and says what changed', async () => {
  const { sync } = start();
  await sync([job('A')]);

  const changed = await sync([
    { ...job('A'), schedule: { expression: 'cron(15 4 * * ? *)', timezone: 'UTC', catchUp: '1 hour' } },
  ]);

  expect(changed).toEqual([
    {
      kind: 'updated',
      job: 'A',
      scheduleId: 'nightshift/shop-test/A',
      differences: [
        {
          what: 'times',
          from: expect.stringContaining('minute 0, hour 3,'),
          to: expect.stringContaining('minute 15, hour 4,'),
        },
        { what: 'timezone', from: 'Asia/Tokyo', to: 'UTC' },
        { what: 'catch up', from: '43200000 ms', to: '3600000 ms' },
      ],
    },
  ]);
});

test('a dry run says the same and does nothing', async () => {
  const { client, sync } = start();
  await sync([job('A'), job('B')]);
  await listed(client, 2);

  const would = await sync([job('A', 'cron(0 4 * * ? *)'), job('C')], { dryRun: true });

  expect(would.map(({ kind, job }) => `${kind} ${job}`)).toEqual(['updated A', 'created C', 'removed B']);
  expect(await sync([job('A'), job('B')])).toEqual([]);
  await expect(describe(client, 'C')).rejects.toThrow();
});

test("a person's pause and note are kept when the job changes", async () => {
  const { client, sync } = start();
  await sync([job('A')]);
  await client.schedule.getHandle(scheduleId(owner, 'A')).pause('stocktaking until Monday');

  expect(await sync([job('A')])).toEqual([]);
  await sync([job('A', 'cron(0 4 * * ? *)')]);

  const after = await describe(client, 'A');
  expect(after.state).toMatchObject({ paused: true, note: 'stocktaking until Monday' });
  expect(after.spec.calendars?.[0]?.hour).toEqual([{ start: 4, end: 4, step: 1 }]);
});

test('an edit by hand is found and undone', async () => {
  const { client, sync } = start();
  await sync([job('A')]);
  await client.schedule
    .getHandle(scheduleId(owner, 'A'))
    .update((found) => ({ ...found, spec: { intervals: [{ every: '1 hour' }] } }));

  const changed = await sync([job('A')]);

  expect(changed).toMatchObject([
    { kind: 'updated', differences: [{ what: 'times' }, { what: 'timezone' }, { what: 'intervals' }] },
  ]);
  expect(await sync([job('A')])).toEqual([]);
});

test('the schedule of a job that is gone, or has lost its schedule, is removed', async () => {
  const { client, sync } = start();
  await sync([job('A'), job('B'), job('C')]);
  await listed(client, 3);

  const changes = await sync([job('A'), job('B', null)]);

  expect(changes.map(({ kind, job }) => `${kind} ${job}`)).toEqual(['removed B', 'removed C']);
  await listed(client, 1);
  await describe(client, 'A');
});

test("what is not ours stays: another owner's, one that only looks like ours, and one that has our id", async () => {
  const { client, sync } = start();
  await sync([job('A')], { owner: 'shop-test-2' });
  const foreign: Pick<ScheduleOptions, 'spec' | 'action'> = {
    spec: { intervals: [{ every: '1 hour' }] },
    action: { type: 'startWorkflow', workflowType: 'other', taskQueue: 'other' },
  };
  await client.schedule.create({ ...foreign, scheduleId: scheduleId(owner, 'GONE') });
  await client.schedule.create({
    ...foreign,
    scheduleId: scheduleId(owner, 'B'),
    memo: { nightshiftOwner: 'somebody' },
  });
  await client.schedule.create({ ...foreign, scheduleId: 'B', memo: { nightshiftOwner: owner } });
  await listed(client, 4);

  const changes = await sync([job('B')]);

  expect(changes).toEqual([{ kind: 'blocked', job: 'B', scheduleId: scheduleId(owner, 'B') }]);
  await listed(client, 4);
  expect((await describe(client, 'B')).action.workflowType).toBe('other');
});

test('a schedule that does not compile changes nothing at all', async () => {
  const { client, sync } = start();

  await expect(sync([job('A'), job('B', 'cron(0 99 * * ? *)')])).rejects.toThrow('hour: "99"');

  await expect(describe(client, 'A')).rejects.toThrow();
});

test.each([
  'cron(0 3 * * ? *)',
  'cron(30 2 1,15 * ? *)',
  'cron(0/20 8-18/5 ? * MON-FRI *)',
  'cron(59 23 ? 1/5 SUN,3-5 *)',
  'cron(0 0 29 2 ? 2020/4)',
  'cron(0 3 L * ? *)',
  'cron(0 3 LW * ? *)',
  'cron(0 3 31W * ? *)',
  'cron(0 3 ? * FRIL *)',
  'cron(0 3 ? * TUE#2 *)',
] as const)('a real server fires %s when EventBridge says', async (expression) => {
  const { client, sync } = start();
  await sync([{ ...job('A'), schedule: { expression, timezone: 'UTC' } }]);

  const { days, minutes } = firesInYears(expression, 2027, 2028);
  const expected = days.flatMap((day) => minutes.map((minute) => day + minute * 60_000));

  const fired = await timesOnServer(client, scheduleId(owner, 'A'), {
    from: Date.UTC(2027, 0, 1),
    to: Date.UTC(2029, 0, 1),
  });

  expect(fired).toEqual(expected.slice(0, fired.length));
  // The server lists a limited number of times.
  expect(fired.length).toBe(Math.min(expected.length, 1_000));
});

test('a real server fires a rate from its start on, and nothing after its end', async () => {
  const { client, sync } = start();
  const from = Date.parse('2027-01-01T00:02:30Z');
  const schedule = {
    expression: 'rate(5 minutes)',
    start: '2027-01-01T09:02:30+09:00',
    end: '2027-01-01T00:12:30Z',
  } as const;

  await sync([{ ...job('A'), schedule }]);

  expect(await timesOnServer(client, scheduleId(owner, 'A'), { from: from - 3_600_000, to: from + 3_600_000 })).toEqual(
    [from, from + 300_000, from + 600_000],
  );
  expect(await sync([{ ...job('A'), schedule }])).toEqual([]);
});

test('at is one action, and one that is past is not made anew', async () => {
  const { client, sync } = start();
  const once = { ...job('A'), schedule: { expression: 'at(2090-11-21T05:00:00)', timezone: 'UTC' } } as const;
  const past = { ...job('B'), schedule: { expression: 'at(2020-11-21T05:00:00)' } } as const;
  const ended = { ...job('C'), schedule: { expression: 'rate(1 hour)', end: '2020-11-21T05:00:00Z' } } as const;

  const changes = await sync([once, past, ended]);

  expect(changes.map(({ kind, job }) => `${kind} ${job}`)).toEqual(['created A']);
  expect((await describe(client, 'A')).state).toMatchObject({ remainingActions: 1 });
  expect(await sync([once, past, ended])).toEqual([]);
  await sync([{ ...once, schedule: { expression: 'cron(0 3 * * ? *)' } }]);
  expect((await describe(client, 'A')).state.remainingActions).toBeUndefined();
});

test('a flexible window is a jitter, and stays out of the way the second time', async () => {
  const { client, sync } = start();
  const flexible = {
    ...job('A'),
    schedule: { expression: 'cron(0 3 * * ? *)', flexibleWindow: '10 minutes' },
  } as const;

  await sync([flexible]);

  expect((await describe(client, 'A')).spec.jitter).toBe(600_000);
  expect(await sync([flexible])).toEqual([]);
});

function start() {
  const client = new Client({ connection, namespace: temporal.takeNamespace() });
  const sync = (jobs: Job[], changes: Partial<SyncRequest> = {}): Promise<ScheduleChange[]> =>
    syncSchedules(client, { jobs, owner, taskQueue: 'nights', timezone: 'Asia/Tokyo', dryRun: false, ...changes });
  return { client, sync };
}

function job(id: string, expression: ScheduleExpression | null = 'cron(0 3 * * ? *)'): Job {
  return { id, name: id, tasks: {}, ...(expression && { schedule: { expression } }), run: async () => null };
}

function describe(client: Client, id: string): Promise<ScheduleDescription> {
  return client.schedule.getHandle(scheduleId(owner, id)).describe();
}

/** The server's list lags behind. */
async function listed(client: Client, count: number): Promise<void> {
  await until(
    async () => {
      const ids: string[] = [];
      for await (const { scheduleId } of client.schedule.list()) ids.push(scheduleId);
      return ids.length === count;
    },
    { describe: `the server to list ${count} schedules` },
  );
}
