import type { Failure, RunTaskRequest } from '@aws-sdk/client-ecs';
import { type Account, arnOf } from '../account.ts';
import type { ActiveMisbehaviour } from '../misbehaviour.ts';
import type { ClientTokens } from './client-tokens.ts';
import type { Clusters } from './clusters.ts';
import { describeTask } from './describe-tasks.ts';
import { planTask } from './plan-task.ts';
import { checkRunTask } from './rules.ts';
import { newTask, type Task, type TaskPlan } from './task.ts';
import type { TaskDefinitions } from './task-definitions.ts';
import type { TaskRunner } from './task-runner.ts';
import type { TaskStore } from './task-store.ts';

/** What running tasks works on. */
export interface RunningTasks {
  account: Account;
  clusters: Clusters;
  definitions: TaskDefinitions;
  tasks: TaskStore;
  tokens: ClientTokens;
  runner: Pick<TaskRunner, 'run'>;
  misbehaviour: Pick<ActiveMisbehaviour, 'takeJobRule'>;
}

const noCapacity = 'Capacity is unavailable at this time. Please try again later or in a different availability zone';

/** RunTask: makes the tasks, or says for each why not; a token that was used finds those that were made then. */
export function runTask(to: RunningTasks, request: RunTaskRequest): object {
  checkRunTask(request);
  const cluster = to.clusters.get(request.cluster);
  const before = to.tokens.find(cluster, request);
  if (before) return { tasks: before.map((task) => describeTask(task)), failures: [] };

  const plan = planTask(request, cluster, to.definitions.find(request.taskDefinition));
  const made = Array.from({ length: request.count ?? 1 }, () => makeTask(to, plan));
  const tasks = made.flatMap(({ task }) => task ?? []);
  if (tasks.length > 0) to.tokens.keep(cluster, request, tasks);
  const answer = {
    tasks: tasks.map((task) => describeTask(task)),
    failures: made.flatMap(({ failure }) => failure ?? []),
  };
  for (const task of tasks) to.runner.run(task);
  return answer;
}

function makeTask(to: RunningTasks, plan: TaskPlan): { task?: Task; failure?: Failure } {
  const { definition, containers, request } = plan;
  const names = [request.startedBy ?? '', ...containers.map((container) => container.name ?? '')];
  const rule = to.misbehaviour.takeJobRule({ name: definition.family, otherNames: names });
  if (rule?.kind === 'noCapacity') {
    return { failure: { arn: arnOf(to.account, 'ecs', `cluster/${plan.cluster.name}`), reason: noCapacity } };
  }
  const task = newTask(to.account, plan, rule);
  to.tasks.add(task);
  return { task };
}
