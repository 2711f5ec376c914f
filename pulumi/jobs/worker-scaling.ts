import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { metricNames } from '../../model/deployed-metrics.ts';

/** What {@link createWorkerScaling} needs. */
export interface ScalingArgs {
  cluster: pulumi.Input<string>;
  service: pulumi.Input<string>;
  least: number;
  most: number;
  backlog: { taskQueues: string[]; namespace: string };
  parent: pulumi.Resource;
}

/** Tasks that may wait for each worker before there are more workers. */
const backlogEach = 20;

/** Follows the backlog of the task queues: fast up, slowly down. Never below one: nobody would tell of the backlog. */
export function createWorkerScaling(name: string, args: ScalingArgs): void {
  const { parent, least, most } = args;
  const target = new aws.appautoscaling.Target(
    name,
    {
      ...{
        serviceNamespace: 'ecs',
        scalableDimension: 'ecs:service:DesiredCount',
        minCapacity: least,
        maxCapacity: most,
      },
      resourceId: pulumi.interpolate`service/${args.cluster}/${args.service}`,
    },
    { parent },
  );
  new aws.appautoscaling.Policy(
    name,
    {
      ...{ name: 'backlog', policyType: 'TargetTrackingScaling' },
      ...{
        serviceNamespace: target.serviceNamespace,
        scalableDimension: target.scalableDimension,
        resourceId: target.resourceId,
      },
      targetTrackingScalingPolicyConfiguration: {
        ...{ targetValue: backlogEach, scaleOutCooldown: 60, scaleInCooldown: 900 },
        customizedMetricSpecification: { metrics: backlogPerWorker(args) },
      },
    },
    { parent },
  );
}

function backlogPerWorker({ cluster, service, backlog }: ScalingArgs) {
  const metric = (namespace: string, metricName: string, dimensions: Record<string, pulumi.Input<string>>) => ({
    metric: { namespace, metricName, dimensions: Object.entries(dimensions).map(([name, value]) => ({ name, value })) },
  });
  const queues = backlog.taskQueues.map((taskQueue, index) => ({ id: `backlog${index}`, taskQueue }));
  return [
    ...queues.map(({ id, taskQueue }) => ({
      ...{ id, returnData: false },
      metricStat: {
        ...metric(backlog.namespace, metricNames.backlog, { TaskQueue: taskQueue }),
        stat: 'Average',
      },
    })),
    {
      ...{ id: 'workers', returnData: false },
      metricStat: {
        ...metric('ECS/ContainerInsights', 'RunningTaskCount', { ClusterName: cluster, ServiceName: service }),
        stat: 'Average',
      },
    },
    {
      ...{ id: 'each', label: 'Backlog of each worker', returnData: true },
      expression: `(${queues.map(({ id }) => id).join(' + ')}) / workers`,
    },
  ];
}
