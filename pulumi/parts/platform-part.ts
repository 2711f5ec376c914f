import type * as pulumi from '@pulumi/pulumi';
import { stagePrefix } from '../../model/deployed-names.ts';
import { platformNames } from '../../model/deployed-platform.ts';
import { QueueAlarms } from '../alarms/queue-alarms.ts';
import { BatchQueues } from '../platform/batch-queues.ts';
import { Cluster } from '../platform/cluster.ts';
import { EventPipe } from '../platform/event-pipe.ts';
import type { Stage } from '../stage.ts';
import type { DataOutputs } from './data-part.ts';

/** What the jobs need of the part platform. */
export interface PlatformOutputs {
  onDemandQueue: pulumi.Output<string>;
  spotQueue: pulumi.Output<string>;
  cluster: pulumi.Output<string>;
  eventQueueUrl: pulumi.Output<string>;
  startQueueUrl: pulumi.Output<string>;
  /** ARNs. */
  startQueue: pulumi.Output<string>;
  startDeadLetters: pulumi.Output<string>;
}

/** The names of them all. */
export const platformOutputs: Record<keyof PlatformOutputs, true> = {
  ...{ onDemandQueue: true, spotQueue: true, cluster: true },
  ...{ eventQueueUrl: true, startQueueUrl: true, startQueue: true, startDeadLetters: true },
};

/** Makes the part platform: what all jobs share. */
export function deployPlatform(
  { place, config }: Stage,
  data: DataOutputs,
  opts: pulumi.ComponentResourceOptions,
): PlatformOutputs {
  const { jobQueues, cluster: clusterName } = platformNames(place);
  const at = { subnetIds: data.subnetIds, securityGroupIds: [data.taskGroup] };
  const queues = new BatchQueues('batch-queues', { ...config.batch, ...at, queues: jobQueues }, opts);
  const cluster = new Cluster('cluster', { cluster: clusterName }, opts);
  const pipe = new EventPipe('pipe', { place }, opts);
  new QueueAlarms('queue-alarms', { prefix: stagePrefix(place), topic: data.alarmTopic, pipe }, opts);
  return {
    onDemandQueue: queues.onDemand,
    spotQueue: queues.spot,
    cluster: cluster.cluster,
    eventQueueUrl: pipe.events.queue.url,
    startQueueUrl: pipe.starts.queue.url,
    startQueue: pipe.starts.queue.arn,
    startDeadLetters: pipe.starts.dead.arn,
  };
}
