import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { withWorld } from '../support/world.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(8);
});
afterAll(() => temporal.stop());

test('a run of one task succeeds with the output of its container', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();

    const run = await world.ends(await world.start('ONE'));

    expect(run).toMatchObject({ status: 'succeeded', result: { shard: 0 } });
    expect(world.aws.journal.processes()).toHaveLength(1);
  }));

test('an array gives its outputs by logical shard, each shard with its own input', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();

    const run = await world.ends(await world.start('FAN', { size: 5 }));

    expect(run).toMatchObject({ status: 'succeeded', records: 5, result: { values: [0, 10, 20, 30, 40], last: 5 } });
    expect(world.aws.journal.processes()).toHaveLength(6);
  }));

test('a failed shard fails the run with its log, and retry runs that shard alone', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    writeFileSync(join(world.dir, 'fail-1'), '');

    const failed = await world.ends(await world.start('FAN', { size: 3 }));

    expect(failed).toMatchObject({ status: 'failed', error: { class: 'exitCode', step: 'work#1' } });
    expect(failed.error?.logTail?.join('\n')).toContain('shard 1 was told to fail');
    rmSync(join(world.dir, 'fail-1'));
  }));
