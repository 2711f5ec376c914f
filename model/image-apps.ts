import { ownNames } from './deployed-platform.ts';
import type { Job } from './job.ts';
import type { Task } from './task.ts';

/** An app that has an image, or the workers' own. */
export interface ImageApp {
  app: string;
  /** Whether Lambda takes it. */
  isFunction: boolean;
}

/** The app whose image a task runs in. Builds have none, their app is their source; functions run in the worker. */
export function imageAppOf(task: Task): string | undefined {
  return task.kind === 'batch' || task.kind === 'ecs' || task.kind === 'lambda' ? task.options.app : undefined;
}

/** Every app whose image tasks run in, with the workers' own, in the order of names: what is built, pushed and deployed. */
export function imageApps(jobs: Iterable<Job>): ImageApp[] {
  const apps = new Map<string, boolean>([[ownNames.worker, false]]);
  for (const task of [...jobs].flatMap(({ tasks }) => Object.values(tasks))) {
    const app = imageAppOf(task);
    if (app !== undefined) apps.set(app, apps.get(app) === true || task.kind === 'lambda');
  }
  return [...apps].map(([app, isFunction]) => ({ app, isFunction })).sort((a, b) => (a.app < b.app ? -1 : 1));
}
