import { type DeployedTask, tasksOf } from '../../model/deployed-names.ts';
import { workerLogGroup } from '../../rights/derive-rights.ts';
import type { Images } from '../config/images.ts';
import type { Stage } from '../stage.ts';

/** A task that runs in an image, and the image. */
export interface WithImage<Kind extends 'batch' | 'ecs' | 'lambda'> {
  task: DeployedTask<Kind>;
  image: string;
}

/** The name by which the workers' own image is known beside those of the apps. */
export const workerApp = 'worker';

/** The tasks of a kind whose app has an image; the others wait for theirs. */
export function tasksWithImage<Kind extends 'batch' | 'ecs' | 'lambda'>(stage: Stage, kind: Kind): WithImage<Kind>[] {
  const tasks = tasksOf(stage.jobs, stage.place, kind as 'batch') as DeployedTask<'batch'>[];
  return tasks.flatMap((task) => {
    const image = stage.images[task.task.options.app];
    return image === undefined ? [] : [{ task, image } as unknown as WithImage<Kind>];
  });
}

/** The apps that need an image, with the workers' own; and whether Lambda takes it. */
export function imageApps({ jobs }: Pick<Stage, 'jobs'>): { app: string; isFunction: boolean }[] {
  const apps = new Map<string, boolean>([[workerApp, false]]);
  for (const { tasks } of jobs) {
    for (const task of Object.values(tasks)) {
      if (task.kind === 'function' || task.kind === 'codeBuild') continue;
      apps.set(task.options.app, apps.get(task.options.app) === true || task.kind === 'lambda');
    }
  }
  return [...apps].map(([app, isFunction]) => ({ app, isFunction })).sort((a, b) => (a.app < b.app ? -1 : 1));
}

/** Those of them that were not pushed yet. */
export function missingImages({ jobs, images }: { jobs: Stage['jobs']; images: Images }): string[] {
  return imageApps({ jobs })
    .map(({ app }) => app)
    .filter((app) => images[app] === undefined);
}

/** The log groups of all tasks and of the workers. */
export function logGroupsOf({ jobs, place }: Pick<Stage, 'jobs' | 'place'>): string[] {
  const kinds = ['batch', 'ecs', 'codeBuild', 'lambda'] as const;
  return [
    ...kinds.flatMap((kind) => tasksOf(jobs, place, kind).map(({ logGroup }) => logGroup)),
    workerLogGroup(place),
  ];
}
