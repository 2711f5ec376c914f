import { type DeployedTask, tasksOf } from '../../model/deployed-names.ts';
import { imageApps } from '../../model/image-apps.ts';
import { workerLogGroup } from '../../rights/derive-rights.ts';
import type { Images } from '../config/images.ts';
import type { Stage } from '../stage.ts';

/** A task that runs in an image, and the image. */
export interface WithImage<Kind extends 'batch' | 'ecs' | 'lambda'> {
  task: DeployedTask<Kind>;
  image: string;
}

/** The tasks of a kind whose app has an image; the others wait for theirs. */
export function tasksWithImage<Kind extends 'batch' | 'ecs' | 'lambda'>(stage: Stage, kind: Kind): WithImage<Kind>[] {
  const tasks = tasksOf(stage.jobs, stage.place, kind as 'batch') as DeployedTask<'batch'>[];
  return tasks.flatMap((task) => {
    const image = stage.images[task.task.options.app];
    return image === undefined ? [] : [{ task, image } as unknown as WithImage<Kind>];
  });
}

/** The apps with an image, and the workers, whose image was not pushed yet. */
export function missingImages({ jobs, images }: { jobs: Stage['jobs']; images: Images }): string[] {
  return imageApps(jobs)
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
