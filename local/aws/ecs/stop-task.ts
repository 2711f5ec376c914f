import type { StopTaskRequest } from '@aws-sdk/client-ecs';
import type { Clusters } from './clusters.ts';
import { describeTask } from './describe-tasks.ts';
import { invalidParameter } from './refusals.ts';
import type { TaskRunner } from './task-runner.ts';
import type { TaskStore } from './task-store.ts';

/** What stopping works on. */
export interface StoppingTasks {
  clusters: Clusters;
  tasks: TaskStore;
  runner: Pick<TaskRunner, 'stopTask'>;
}

/** StopTask, in whatever state the task is; one that is stopping or has stopped is left as it is. */
export function stopTask(on: StoppingTasks, request: StopTaskRequest): object {
  const task = on.tasks.get(on.clusters.get(request.cluster), request.task ?? '');
  if (!task) throw invalidParameter('The referenced task was not found.');
  on.runner.stopTask(task, { code: 'UserInitiated', reason: request.reason || 'Task stopped by user' });
  return { task: describeTask(task) };
}
