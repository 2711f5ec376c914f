import type { Client } from '@temporalio/client';
import type { MetricValue, PutMetrics } from '../compute/metrics/put-metrics.ts';
import { metricNames } from '../model/deployed-metrics.ts';
import { callQueueOf } from '../model/settings.ts';
import type { Timings } from '../model/timings.ts';

/** What is reported on, and where to. */
export interface MetricsReport {
  client: Client;
  /** Temporal task queue of the runs. */
  taskQueue: string;
  timings: Pick<Timings, 'metricsMs' | 'watcherSilenceMs'>;
  /** Milliseconds since this watcher's last good round. */
  silentMs(): number;
  put: PutMetrics;
}

/** What waits in a task queue for a worker. */
interface Backlog {
  tasks: number;
  /** Since when the oldest waits; 0 when nothing does. */
  seconds: number;
}

/** `TaskQueueType` of Temporal's API: a queue has one line of each. */
const lines = { workflows: 1, activities: 2 } as const;

/**
 * One cycle: tells how much work waits for workers, and that this watcher is well. Every watcher tells, so that the
 * silence of all of them is silence; the alarms and the scaling take averages, maxima, and one heartbeat for enough.
 */
export async function reportMetrics(report: MetricsReport): Promise<number> {
  const { client, taskQueue, timings } = report;
  const isWell = report.silentMs() <= timings.watcherSilenceMs;
  // Apart and first: a Temporal that does not answer makes no watcher silent.
  await report.put([{ name: metricNames.heartbeat, value: isWell ? 1 : 0, unit: 'Count' }]);
  const backlogs: MetricValue[] = [];
  for (const queue of [taskQueue, callQueueOf(taskQueue)]) {
    const { tasks, seconds } = await backlogOf(client, queue);
    const dimensions = { TaskQueue: queue };
    backlogs.push({ name: metricNames.backlog, value: tasks, unit: 'Count', dimensions });
    backlogs.push({ name: metricNames.backlogAge, value: seconds, unit: 'Seconds', dimensions });
  }
  await report.put(backlogs);
  return timings.metricsMs;
}

/** Both lines of a queue together. The sticky queues of single workers are not in it: nobody else could take theirs. */
async function backlogOf(client: Client, name: string): Promise<Backlog> {
  const { namespace } = client.options;
  const both = await Promise.all(
    Object.values(lines).map((taskQueueType) =>
      client.workflowService.describeTaskQueue({ namespace, taskQueue: { name }, taskQueueType, reportStats: true }),
    ),
  );
  const backlogs = both.map(({ stats }) => ({
    tasks: Number(stats?.approximateBacklogCount ?? 0),
    seconds: Number(stats?.approximateBacklogAge?.seconds ?? 0),
  }));
  return {
    tasks: backlogs.reduce((sum, { tasks }) => sum + tasks, 0),
    seconds: Math.max(...backlogs.map(({ seconds }) => seconds)),
  };
}
