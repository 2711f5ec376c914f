import type { Client } from '@temporalio/client';
import { scheduleId, syncSchedules } from '../../triggers/schedules/sync.ts';
import { watchExpectedStarts } from '../../watcher/expected-starts.ts';
import { connectClient } from '../../workers/temporal.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { type PlannedEngine, plainJob, withPlannedEngine } from './planned-engine.ts';

let temporal: TestTemporal;
let client: Client;
beforeAll(async () => {
  temporal = await startTestTemporal(1);
  client = await connectClient({
    namespace: temporal.takeNamespace(),
    connectionOptions: { address: temporal.address },
  });
});
afterAll(async () => {
  await client?.connection.close();
  await temporal?.stop();
});

const owner = 'test-local';

test('a start that did not come raises one alert; one that came, or was due while paused, does not', async () => {
  const due = new Date(Date.now() - 3_600_000);
  const clock = due.toISOString();
  const expression = `cron(${Number(clock.slice(14, 16))} ${Number(clock.slice(11, 13))} * * ? *)` as const;
  const schedule = { expression, timezone: 'UTC' } as const;
  const jobs = ['LATE', 'CAME', 'PAUSED'].map((id) => plainJob(id, { schedule, alerts: { missed: ['phone'] } }));
  const key = clock.slice(0, 10);
  await syncSchedules(client, { jobs, owner, taskQueue: 'nobody', timezone: 'UTC', dryRun: false });
  await client.schedule.getHandle(scheduleId(owner, 'PAUSED')).pause('stocktaking');

  await withPlannedEngine(jobs, async (planned) => {
    await planned.fire('CAME', key);
    const look = () => lookAgain(planned, jobs);
    await look();
    expect(await alerts(planned)).toEqual([]);

    await planned.db.query(`update schedules set watched_from = now() - interval '1 day'`);
    await look();
    await look();

    expect(await alerts(planned)).toEqual([{ run_id: `LATE/${key}`, rule: 'missed', channels: ['phone'] }]);
  });
});

async function lookAgain(planned: PlannedEngine, jobs: ReturnType<typeof plainJob>[]): Promise<void> {
  await planned.db.query('update schedules set next_look_at = now()');
  await watchExpectedStarts({ ...planned.engine, client: agedClient(), scheduledJobs: jobs });
}

/** Temporal, but all its schedules were made a day ago. */
function agedClient(): Client {
  const getHandle = (id: string) => ({
    async describe() {
      const found = await client.schedule.getHandle(id).describe();
      return { ...found, info: { createdAt: new Date(Date.now() - 86_400_000) } };
    },
  });
  return { schedule: { getHandle } } as unknown as Client;
}

async function alerts({ db }: PlannedEngine): Promise<unknown[]> {
  return (await db.query('select run_id, rule, channels from alerts order by run_id')).rows;
}
