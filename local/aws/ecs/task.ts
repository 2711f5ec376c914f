import { randomUUID } from 'node:crypto';
import type { ContainerDefinition, RunTaskRequest, TaskStopCode } from '@aws-sdk/client-ecs';
import { type Account, arnOf } from '../account.ts';
import type { JobRule } from '../misbehaviour.ts';
import type { Cluster } from './clusters.ts';
import type { FargateSize } from './fargate-sizes.ts';
import type { TaskDefinition } from './task-definitions.ts';

/** The states that tasks go through here, in this order; none is entered twice. */
export type TaskStatus = 'PROVISIONING' | 'PENDING' | 'RUNNING' | 'DEPROVISIONING' | 'STOPPED';

/** The request merged over the definition: what all tasks of one call share. */
export interface TaskPlan {
  cluster: Cluster;
  definition: TaskDefinition;
  request: RunTaskRequest;
  containers: ContainerDefinition[];
  size: FargateSize;
  /** `FARGATE` or `FARGATE_SPOT`; undefined when the call gave a launch type. */
  capacityProvider: string | undefined;
  tags: Record<string, string>;
}

/** A container of a task. */
export interface TaskContainer {
  arn: string;
  runtimeId: string;
  definition: ContainerDefinition;
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  exitCode: number | undefined;
  /** At most 255 characters. */
  reason: string | undefined;
}

/** Why a task is to stop: the first reason wins. */
export interface TaskStop {
  code: TaskStopCode;
  reason: string;
}

/** A task. */
export interface Task {
  /** 32 hexadecimal digits, the end of `arn`. */
  id: string;
  arn: string;
  plan: TaskPlan;
  containers: TaskContainer[];
  lastStatus: TaskStatus;
  /** Grows with each change that an event could tell of. */
  version: number;
  stop: TaskStop | undefined;
  /** The misbehaviour that this task is to meet. */
  rule: JobRule | undefined;
  createdAt: number;
  pullStartedAt: number | undefined;
  pullStoppedAt: number | undefined;
  startedAt: number | undefined;
  stoppingAt: number | undefined;
  executionStoppedAt: number | undefined;
  stoppedAt: number | undefined;
}

/** Makes a task in PROVISIONING. */
export function newTask(account: Account, plan: TaskPlan, rule: JobRule | undefined): Task {
  const id = hexId();
  return {
    id,
    arn: arnOf(account, 'ecs', `task/${plan.cluster.name}/${id}`),
    plan,
    containers: plan.containers.map((definition) => ({
      arn: arnOf(account, 'ecs', `container/${plan.cluster.name}/${id}/${randomUUID()}`),
      runtimeId: `${id}-${Math.floor(Math.random() * 1e10)}`,
      definition,
      lastStatus: 'PENDING',
      exitCode: undefined,
      reason: undefined,
    })),
    lastStatus: 'PROVISIONING',
    version: 1,
    stop: undefined,
    rule,
    createdAt: Date.now(),
    pullStartedAt: undefined,
    pullStoppedAt: undefined,
    startedAt: undefined,
    stoppingAt: undefined,
    executionStoppedAt: undefined,
    stoppedAt: undefined,
  };
}

/** What ECS wants the task to be: RUNNING until something asks it to stop. */
export function desiredStatus(task: Task): 'RUNNING' | 'STOPPED' {
  return task.stop === undefined ? 'RUNNING' : 'STOPPED';
}

function hexId(): string {
  return randomUUID().replaceAll('-', '');
}
