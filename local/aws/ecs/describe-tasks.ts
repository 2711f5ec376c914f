import type { Container, DescribeTasksRequest, Task as TaskShape } from '@aws-sdk/client-ecs';
import { type Account, arnOf } from '../account.ts';
import type { Misbehaviour } from '../misbehaviour.ts';
import type { Clusters } from './clusters.ts';
import { invalidParameter } from './refusals.ts';
import { limits } from './rules.ts';
import { tagList } from './tag-list.ts';
import { desiredStatus, type Task, type TaskContainer } from './task.ts';
import type { TaskStore } from './task-store.ts';
import { inSeconds, taskTimes } from './task-times.ts';

/** What describing reads. */
export interface DescribingTasks {
  account: Account;
  clusters: Clusters;
  tasks: TaskStore;
  misbehaviour: Pick<Misbehaviour, 'settings'>;
}

/** DescribeTasks: what is unknown, or not known yet, is a failure with the reason MISSING. */
export function describeTasks(from: DescribingTasks, request: DescribeTasksRequest): object {
  const ids = request.tasks ?? [];
  if (ids.length === 0) throw invalidParameter('Tasks cannot be empty.');
  if (ids.length > limits.describedTasks) {
    throw invalidParameter(`At most ${limits.describedTasks} tasks can be described, got ${ids.length}.`);
  }
  const cluster = from.clusters.get(request.cluster);
  const knownUntil = Date.now() - from.misbehaviour.settings.describeLagMs;
  const looked = ids.map((id) => ({ id, task: from.tasks.get(cluster, id) }));
  const isSeen = ({ task }: { task: Task | undefined }) => task !== undefined && task.createdAt <= knownUntil;
  return {
    tasks: looked
      .filter(isSeen)
      .flatMap(({ task }) => task ?? [])
      .map((task) => ({
        ...describeTask(task),
        ...(request.include?.includes('TAGS') ? { tags: tagList(task.plan.tags) } : {}),
      })),
    failures: looked
      .filter((one) => !isSeen(one))
      .map(({ id }) => ({
        arn: id.startsWith('arn:') ? id : arnOf(from.account, 'ecs', `task/${cluster.name}/${id}`),
        reason: 'MISSING',
      })),
  };
}

/** A task as all answers show it: its tags only when DescribeTasks is asked to include them. */
export function describeTask(task: Task): object {
  return { ...describeState(task), ...inSeconds(taskTimes(task)) };
}

/** A task without its times, which answers and events write differently. */
export function describeState(task: Task): TaskShape {
  const { capacityProvider, cluster, definition, request, size } = task.plan;
  return {
    attachments: describeAttachments(task),
    attributes: [{ name: 'ecs.cpu-architecture', value: 'x86_64' }],
    clusterArn: cluster.arn,
    connectivity: 'CONNECTED',
    containers: task.containers.map((container) => describeContainer(task, container)),
    cpu: size.cpu,
    memory: size.memory,
    desiredStatus: desiredStatus(task),
    enableExecuteCommand: request.enableExecuteCommand ?? false,
    group: request.group ?? `family:${definition.family}`,
    healthStatus: 'UNKNOWN',
    inferenceAccelerators: [],
    lastStatus: task.lastStatus,
    launchType: 'FARGATE',
    overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [], ...request.overrides },
    platformFamily: 'Linux',
    platformVersion: '1.4.0',
    taskArn: task.arn,
    taskDefinitionArn: definition.arn,
    ephemeralStorage: request.overrides?.ephemeralStorage ?? definition.request.ephemeralStorage ?? { sizeInGiB: 20 },
    tags: [],
    version: task.version,
    ...(capacityProvider === undefined ? {} : { capacityProviderName: capacityProvider }),
    ...(request.startedBy === undefined ? {} : { startedBy: request.startedBy }),
    ...(task.stop && { stopCode: task.stop.code, stoppedReason: task.stop.reason }),
  };
}

function describeAttachments(task: Task): TaskShape['attachments'] {
  const status =
    task.lastStatus === 'PROVISIONING' ? 'PRECREATED' : task.stoppedAt === undefined ? 'ATTACHED' : 'DELETED';
  const subnet = task.plan.request.networkConfiguration?.awsvpcConfiguration?.subnets?.[0];
  return [
    { id: `eni-${task.id}`, type: 'ElasticNetworkInterface', status, details: [{ name: 'subnetId', value: subnet }] },
  ];
}

function describeContainer(task: Task, container: TaskContainer): Container {
  const { definition, exitCode, reason } = container;
  return {
    containerArn: container.arn,
    taskArn: task.arn,
    name: definition.name,
    image: definition.image,
    lastStatus: container.lastStatus,
    networkBindings: [],
    networkInterfaces: [],
    healthStatus: 'UNKNOWN',
    cpu: String(definition.cpu ?? 0),
    ...(container.lastStatus === 'PENDING' ? {} : { runtimeId: container.runtimeId }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(reason === undefined ? {} : { reason }),
  };
}
