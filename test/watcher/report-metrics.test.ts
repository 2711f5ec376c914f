import type { PutMetricDataInput } from '@aws-sdk/client-cloudwatch';
import { createPutMetrics } from '../../compute/metrics/put-metrics.ts';
import { metricNames } from '../../model/deployed-metrics.ts';
import { callQueueOf } from '../../model/settings.ts';
import { reportMetrics } from '../../watcher/report-metrics.ts';
import { connectClient } from '../../workers/temporal.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { testTimings } from '../support/test-timings.ts';
import { until } from '../support/until.ts';
import { type World, withWorld } from '../support/world.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(4);
});
afterAll(() => temporal?.stop());

const namespace = 'Nightshift/test-local';
const taskQueue = 'test-local';

/** What was written to CloudWatch, as its journal has it: one text for each value. */
function written({ aws }: World): string[] {
  return aws.journal.entries.flatMap((entry) => {
    if (entry.kind !== 'call' || entry.operation !== 'PutMetricData' || entry.outcome !== 'ok') return [];
    const { Namespace, MetricData = [] } = entry.request as unknown as PutMetricDataInput;
    return MetricData.map(({ MetricName, Value, Dimensions = [] }) =>
      [Namespace, MetricName, ...Dimensions.map((one) => `${one.Name}=${one.Value}`), Value].join(' '),
    );
  });
}

test('work that no worker takes is the backlog of its queue, and its age grows', async () => {
  await withWorld(temporal, async (world) => {
    await world.client.workflow.start('any', { taskQueue, workflowId: 'first' });
    await world.client.workflow.start('any', { taskQueue, workflowId: 'second' });
    const put = createPutMetrics({ region: world.aws.region, endpoint: world.aws.endpoint }, namespace);
    const report = { client: world.client, taskQueue, timings: testTimings, silentMs: () => 0, put };

    await until(
      async () => {
        await reportMetrics(report);
        const said = written(world);
        const age = said.filter((line) => line.includes(`${metricNames.backlogAge} TaskQueue=${taskQueue} `)).at(-1);
        return (
          Number(age?.split(' ').at(-1)) > 0 && said.includes(`${namespace} TaskQueueBacklog TaskQueue=test-local 2`)
        );
      },
      { describe: 'two tasks to wait' },
    );

    const other = written(world).filter((line) => line.includes(`TaskQueue=${callQueueOf(taskQueue)}`));
    expect([...new Set(other)]).toEqual([
      `${namespace} TaskQueueBacklog TaskQueue=test-local-calls 0`,
      `${namespace} TaskQueueBacklogAgeSeconds TaskQueue=test-local-calls 0`,
    ]);
  });
});

test('a worker says once a round that it is well, and says nothing where no namespace is named', async () => {
  await withWorld(temporal, async (world) => {
    const quiet = await world.startWorker();
    expect((await world.ends(await world.start('LEFT'))).status).toBe('succeeded');
    await quiet.stop();
    expect(written(world)).toEqual([]);

    world.parts.resources.metrics = { namespace };
    await world.startWorker();

    const beats = () => written(world).filter((line) => line === `${namespace} ${metricNames.heartbeat} 1`).length;
    await until(() => beats() >= 2, { describe: 'two heartbeats' });
    expect(written(world).filter((line) => line.endsWith(`${metricNames.heartbeat} 0`))).toEqual([]);
  });
});

test('a Temporal that cannot be asked for the backlog makes no watcher silent', async () => {
  await withWorld(temporal, async (world) => {
    const put = createPutMetrics({ region: world.aws.region, endpoint: world.aws.endpoint }, namespace);
    const closed = await connectClient(world.parts.settings.temporal);
    await closed.connection.close();

    await expect(
      reportMetrics({ client: closed, taskQueue, timings: testTimings, silentMs: () => 0, put }),
    ).rejects.toThrow();

    expect(written(world)).toEqual([`${namespace} ${metricNames.heartbeat} 1`]);
  });
});

test('a watcher without good rounds sends no heartbeat that counts; CloudWatch away stops no run', async () => {
  await withWorld(temporal, async (world) => {
    const place = { region: world.aws.region, endpoint: world.aws.endpoint };
    const put = createPutMetrics(place, namespace);
    const silentMs = () => testTimings.watcherSilenceMs + 1;
    await reportMetrics({ client: world.client, taskQueue, timings: testTimings, silentMs, put });
    expect(written(world)).toContain(`${namespace} ${metricNames.heartbeat} 0`);

    world.aws.misbehave.rule({ kind: 'accessDenied', operation: 'PutMetricData' });
    world.parts.resources.metrics = { namespace };
    await world.startWorker();
    expect((await world.ends(await world.start('LEFT'))).status).toBe('succeeded');
    const refused = world.aws.journal.entries.filter(
      (entry) =>
        entry.kind === 'call' && entry.operation === 'PutMetricData' && entry.outcome === 'AccessDeniedException',
    );
    expect(refused.length).toBeGreaterThan(0);
  });
});
