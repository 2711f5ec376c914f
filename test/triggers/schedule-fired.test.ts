import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createTriggerRun } from '../../activities/trigger-run.ts';
import { jobRegistry } from '../../config/job-registry.ts';
import type { Job } from '../../model/job.ts';
import { businessDate } from '../../triggers/business-date.ts';
import { scheduleId, syncSchedules } from '../../triggers/schedules/sync.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';

const job = (id: string, schedule: Job['schedule']): Job => ({
  id,
  name: id,
  tasks: {},
  ...(schedule && { schedule }),
  run: async () => null,
});
const jobs = [
  job('TOKYO', { expression: 'cron(0 3 * * ? *)', timezone: 'Asia/Tokyo' }),
  job('DEFAULT', { expression: 'cron(0 22 * * ? *)' }),
];
/** 18:00 UTC is 03:00 in Tokyo; 22:00 in New York is 03:00 UTC. */
const night = new Date('2026-11-20T18:00:00Z');
const morning = new Date('2026-11-21T04:00:00Z');

let temporal: TestTemporal;
let connection: Connection;
let client: Client;
let workerConnection: NativeConnection;
let worker: Worker;
let working: Promise<void>;
/** What the trigger asked for; the first call for each job fails, as a database that is away would. */
const asked: { job: string; runKey: string; does: string }[] = [];
const failed = new Set<string>();

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  temporal = await startTestTemporal(1);
  const namespace = temporal.takeNamespace();
  connection = await Connection.connect({ address: temporal.address });
  client = new Client({ connection, namespace });
  const triggerRun = createTriggerRun({
    registry: jobRegistry(jobs.map((entry) => ({ job: entry, file: `jobs/${entry.id}.ts`, exportName: 'job' }))),
    timezone: 'America/New_York',
    async startScheduled(request) {
      if (!failed.has(request.job)) {
        failed.add(request.job);
        throw new Error('the database is away');
      }
      asked.push(request);
    },
  });
  workerConnection = await NativeConnection.connect({ address: temporal.address });
  worker = await Worker.create({
    connection: workerConnection,
    namespace,
    taskQueue: 'nights',
    workflowsPath: path.resolve(import.meta.dirname, '../../workflows/trigger.ts'),
    activities: { triggerRun },
  });
  working = worker.run();
  await syncSchedules(client, {
    jobs,
    owner: 'shop-test',
    taskQueue: 'nights',
    timezone: 'America/New_York',
    dryRun: false,
  });
});
afterAll(async () => {
  worker?.shutdown();
  await working;
  await workerConnection?.close();
  await connection?.close();
  await temporal?.stop();
});
beforeEach(() => {
  asked.length = 0;
});

test.each([
  ['TOKYO', '2026-11-21'],
  ['DEFAULT', '2026-11-20'],
])(
  'a night that is made up for starts %s for the date that it was for, %s, also when the first try fails',
  async (id, date) => {
    await client.schedule.getHandle(scheduleId('shop-test', id)).backfill({ start: night, end: morning });

    await until(() => asked.length > 0, { describe: 'the trigger to ask for a run' });

    expect(asked).toEqual([{ job: id, runKey: date, does: 'start' }]);
    expect(failed.has(id)).toBe(true);
  },
);

test('a click on "trigger" starts the run of today, and the trigger gives back its id', async () => {
  const handle = client.schedule.getHandle(scheduleId('shop-test', 'TOKYO'));
  const before = (await handle.describe()).info.recentActions.length;
  const dateBefore = businessDate(new Date(), 'Asia/Tokyo');

  await handle.trigger();
  await until(() => asked.length > 0, { describe: 'the trigger to ask for a run' });

  const dateAfter = businessDate(new Date(), 'Asia/Tokyo');
  expect([dateBefore, dateAfter]).toContain(asked[0]?.runKey);
  const action = await until(async () => (await handle.describe()).info.recentActions[before], {
    describe: 'the action to be listed',
  });
  expect(action.action.workflow.workflowId).toMatch(/^nightshift-trigger\/TOKYO-/);
  expect(await client.workflow.getHandle(action.action.workflow.workflowId).result()).toEqual([
    `TOKYO/${asked[0]?.runKey}`,
  ]);
});

test('a job that this worker does not know is not started, and the error says so', async () => {
  const triggerRun = createTriggerRun({
    registry: jobRegistry([]),
    timezone: 'UTC',
    startScheduled: async (request) => asked.push(request),
  });

  await expect(triggerRun({ job: 'TOKYO', scheduledAt: night.toISOString() })).rejects.toThrow(
    'There is no job "TOKYO"',
  );

  expect(asked).toEqual([]);
});
