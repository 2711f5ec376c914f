import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { metricNames } from '../../model/deployed-metrics.ts';
import { createAlarm } from './alarm.ts';

/** What {@link WorkerAlarms} is made from. */
export interface WorkerAlarmsArgs {
  prefix: string;
  cluster: pulumi.Input<string>;
  service: pulumi.Input<string>;
  /** The Temporal task queues that they serve. */
  taskQueues: string[];
  /** The namespace of the workers' own metrics. */
  namespace: string;
  topic: pulumi.Input<string>;
  /** Whether watchers run in them, which are to be heard of. */
  watches: boolean;
}

/** Alarms about a service of workers: too few, too slow, silent. */
export class WorkerAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: WorkerAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:alarms:WorkerAlarms', name, {}, opts);
    createMissingWorkers(`${name}-running`, args, this);
    this.createOwn(name, args);
    this.registerOutputs({});
  }

  private createOwn(name: string, args: WorkerAlarmsArgs): void {
    const { prefix, namespace, topic, taskQueues } = args;
    const common = { namespace, topic, periodSeconds: 60, parent: this };
    for (const taskQueue of taskQueues) {
      createAlarm(`${name}-backlog-${taskQueue}`, {
        ...common,
        ...{ alarm: `${taskQueue}-backlog-age`, metric: metricNames.backlogAge },
        ...{ dimensions: { TaskQueue: taskQueue }, statistic: 'Maximum', above: 60, periods: 5 },
        description:
          `Work in the task queue ${taskQueue} waits for a worker for more than a minute. ` +
          'Look whether the workers are well; give them more room (workers.most).',
      });
    }
    if (args.watches) {
      createAlarm(`${name}-watcher`, {
        ...common,
        ...{ alarm: `${prefix}-watcher-silent`, metric: metricNames.heartbeat, dimensions: {}, statistic: 'Sum' },
        ...{ below: 1, periods: 5, missing: 'breaching' },
        description:
          'No watcher has been heard of for 5 minutes: ends are not noticed, locks not renewed. Look at the workers and the database.',
      });
    }
  }
}

function createMissingWorkers(name: string, args: WorkerAlarmsArgs, parent: pulumi.Resource): void {
  const metric = (id: string, metricName: string) => ({
    id,
    returnData: false,
    metric: {
      ...{ namespace: 'ECS/ContainerInsights', metricName, stat: 'Average', period: 60 },
      dimensions: { ClusterName: args.cluster, ServiceName: args.service },
    },
  });
  new aws.cloudwatch.MetricAlarm(
    name,
    {
      name: `${args.prefix}-too-few`,
      alarmDescription: 'Fewer workers run than should. Look at the events of the ECS service.',
      metricQueries: [
        metric('running', 'RunningTaskCount'),
        metric('desired', 'DesiredTaskCount'),
        { id: 'missing', expression: 'desired - running', label: 'Workers that are missing', returnData: true },
      ],
      ...{
        comparisonOperator: 'GreaterThanThreshold',
        threshold: 0,
        evaluationPeriods: 10,
        treatMissingData: 'breaching',
      },
      ...{ alarmActions: [args.topic], okActions: [args.topic] },
    },
    { parent },
  );
}
