import type { Project } from '../../engine/engine.ts';
import type { Job } from '../../model/job.ts';
import type { Task } from '../../model/task.ts';

/** The image name that an app has locally. */
export function imageOf(app: string): string {
  return `nightshift-local/${app}`;
}

/** The names of what is deployed for a task of a job. */
export interface DeployedNames {
  /** `<job>/<task>`: by it the resources are looked up. */
  key: string;
  name: string;
  /** `<config name>-<stage>-<job>-<task>`. */
  fullName: string;
  logGroup: string;
}

/** A task of a job, as something is deployed for it. */
export interface DeployedTask<Kind extends Task['kind']> extends DeployedNames {
  task: Extract<Task, { kind: Kind }>;
}

/** The tasks of one kind of all jobs, with the names of what is deployed for them. */
export function tasksOf<Kind extends Task['kind']>(
  jobs: Iterable<Job>,
  project: Pick<Project, 'name' | 'stage'>,
  kind: Kind,
): DeployedTask<Kind>[] {
  return [...jobs].flatMap((job) =>
    Object.entries(job.tasks).flatMap(([name, task]) => {
      if (task.kind !== kind) return [];
      const fullName = `${project.name}-${project.stage}-${job.id}-${name}`;
      const logGroup = `/nightshift/${project.stage}/${job.id}`;
      return [{ key: `${job.id}/${name}`, name, task: task as Extract<Task, { kind: Kind }>, fullName, logGroup }];
    }),
  );
}
