import type { Cluster } from './clusters.ts';
import { desiredStatus, type Task, type TaskStatus } from './task.ts';

/** The tasks that ECS still knows. */
export interface TaskStore {
  add(task: Task): void;
  /** By id or ARN, in this cluster. Undefined when there is none, or it stopped too long ago. */
  get(cluster: Cluster, idOrArn: string): Task | undefined;
  /** Oldest first. */
  ofCluster(cluster: Cluster): Task[];
  /** Moves a task to its next state and tells `onMove`; the only writer of `lastStatus`. */
  move(task: Task, status: TaskStatus): void;
}

/** What a store needs. */
export interface TaskStoreSurroundings {
  /** How long a stopped task is remembered. */
  stoppedTaskMs: number;
  /** Hears of every state after PROVISIONING. */
  onMove(task: Task): void;
}

/** Makes an empty store. */
export function createTaskStore({ stoppedTaskMs, onMove }: TaskStoreSurroundings): TaskStore {
  const tasks = new Map<string, Task>();

  const isForgotten = (task: Task) => task.stoppedAt !== undefined && task.stoppedAt + stoppedTaskMs < Date.now();

  return {
    add: (task) => void tasks.set(task.id, task),
    get(cluster, idOrArn) {
      const task = tasks.get(idOrArn.split('/').at(-1) ?? '');
      if (!task || task.plan.cluster !== cluster) return undefined;
      if (idOrArn.startsWith('arn:') && idOrArn !== task.arn) return undefined;
      if (!isForgotten(task)) return task;
      tasks.delete(task.id);
      return undefined;
    },
    ofCluster: (cluster) => [...tasks.values()].filter((task) => task.plan.cluster === cluster && !isForgotten(task)),
    move(task, status) {
      task.lastStatus = status;
      task.version += 1;
      onMove(task);
    },
  };
}

/** How many tasks run, and how many are on their way to it. */
export function countTasks(tasks: Task[]): { running: number; pending: number } {
  const wanted = tasks.filter((task) => desiredStatus(task) === 'RUNNING');
  const running = wanted.filter((task) => task.lastStatus === 'RUNNING').length;
  return { running, pending: wanted.length - running };
}
