import type {
  CreateClusterRequest,
  DescribeClustersRequest,
  DescribeTaskDefinitionRequest,
  DescribeTasksRequest,
  ListTaskDefinitionsRequest,
  ListTasksRequest,
  RegisterTaskDefinitionRequest,
  RunTaskRequest,
  StopTaskRequest,
} from '@aws-sdk/client-ecs';
import type { Account } from '../account.ts';
import type { ActiveMisbehaviour } from '../misbehaviour.ts';
import { type Operation, operation, type Service } from '../service.ts';
import { createClientTokens } from './client-tokens.ts';
import { createClusters } from './clusters.ts';
import { describeTasks } from './describe-tasks.ts';
import { listTasks } from './list-tasks.ts';
import { runTask } from './run-task.ts';
import { stopTask } from './stop-task.ts';
import { createTagging } from './tagging.ts';
import { createTaskDefinitions, type TaskDefinition } from './task-definitions.ts';
import { createTaskEvents, type TaskEventRule } from './task-events.ts';
import { createTaskRunner, type TaskRunning } from './task-runner.ts';
import { countTasks, createTaskStore } from './task-store.ts';

/** What ECS is made from. */
export interface EcsSurroundings {
  account: Account;
  misbehaviour: ActiveMisbehaviour;
  /** Names of the clusters that exist from the start. */
  clusters: string[];
  /** How long a stopped task is remembered. */
  stoppedTaskMs: number;
  running: Omit<TaskRunning, 'move'>;
  events: TaskEventRule;
}

/** ECS with Fargate. */
export interface Ecs {
  service: Service;
  /** By `family:revision`, ARN, or family alone, which means the newest active revision. */
  definition(reference: string): TaskDefinition | undefined;
  /** Lets go of all tasks; resolves when their containers, which somebody else kills, have ended. */
  stop(): Promise<void>;
}

/** Makes ECS with its clusters. */
export function createEcs(from: EcsSurroundings): Ecs {
  const { account, misbehaviour, stoppedTaskMs } = from;
  const tasks = createTaskStore({ stoppedTaskMs, onMove: createTaskEvents(from.events) });
  const clusters = createClusters(account, from.clusters, (cluster) => countTasks(tasks.ofCluster(cluster)));
  const definitions = createTaskDefinitions(account);
  const runner = createTaskRunner({ ...from.running, move: tasks.move });
  const parts = { account, clusters, definitions, misbehaviour, runner, tasks, tokens: createClientTokens() };
  return {
    service: {
      name: 'ecs',
      operations: createOperations(parts),
      troubles: {
        throttled: { code: 'ThrottlingException', status: 400 },
        failed: { code: 'ServerException', status: 500 },
        denied: { code: 'AccessDeniedException', status: 400 },
      },
    },
    definition: definitions.find,
    stop: () => runner.stop(),
  };
}

type EcsParts = Parameters<typeof runTask>[0] &
  Parameters<typeof describeTasks>[0] &
  Parameters<typeof stopTask>[0] &
  Parameters<typeof createTagging>[0];

function createOperations(parts: EcsParts): Record<string, Operation> {
  const { clusters, definitions } = parts;
  return {
    RunTask: operation<RunTaskRequest>((request) => runTask(parts, request)),
    DescribeTasks: operation<DescribeTasksRequest>((request) => describeTasks(parts, request)),
    ListTasks: operation<ListTasksRequest>((request) => listTasks(parts, request)),
    StopTask: operation<StopTaskRequest>((request) => stopTask(parts, request)),
    RegisterTaskDefinition: operation<RegisterTaskDefinitionRequest>(definitions.register),
    DescribeTaskDefinition: operation<DescribeTaskDefinitionRequest>(definitions.describe),
    ListTaskDefinitions: operation<ListTaskDefinitionsRequest>(definitions.list),
    DeregisterTaskDefinition: operation<{ taskDefinition?: string }>(definitions.deregister),
    CreateCluster: operation<CreateClusterRequest>(clusters.create),
    DescribeClusters: operation<DescribeClustersRequest>(clusters.describe),
    ...createTagging(parts),
  };
}
