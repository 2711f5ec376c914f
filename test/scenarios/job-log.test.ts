import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { withWorld } from '../support/world.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(1);
});
afterAll(() => temporal.stop());

test('what a job logs is in the log of the worker, once, with the run that it belongs to', () =>
  withWorld(temporal, async (world) => {
    const worker = await world.spawnWorker();

    await world.ends(await world.start('FAN', { size: 2 }));

    // The log follows the workflow's task, which may end after the run.
    await world.client.workflow.getHandle('FAN/2026-11-21/1').result();
    const lines = () =>
      worker
        .log()
        .split('\n')
        .filter((line) => line.includes('shards counted'));
    await until(() => lines().length > 0, { describe: 'the line in the log' });
    expect(lines().map((line) => JSON.parse(line))).toMatchObject([
      { msg: 'shards counted', shards: 2, workflowId: 'FAN/2026-11-21/1' },
    ]);
  }));
