import { join } from 'node:path';
import { type Place, tasksOf } from '../../model/deployed-names.ts';
import { roleArn, roleName } from '../../model/deployed-platform.ts';
import { definedVariables } from '../../model/deployed-uses.ts';
import { durationMs } from '../../model/duration.ts';
import type { Job } from '../../model/job.ts';
import type { AppImages } from '../apps/app-images.ts';
import type { LocalAwsOptions, LocalBuildProject, LocalFunction } from '../aws/index.ts';
import { imageOf } from './image-name.ts';

/**
 * What of the local AWS exists from its start because the jobs name it: images, builds and functions. Apps are built
 * when a task first needs them; the source of a build is its app's folder as it is.
 */
export function localServices(
  jobs: readonly Job[],
  place: Place,
  of: { directory: string; apps: AppImages },
): Pick<LocalAwsOptions, 'images' | 'codeBuildProjects' | 'functions'> {
  const names = [...tasksOf(jobs, place, 'batch'), ...tasksOf(jobs, place, 'ecs')].map(({ task }) => task.options.app);
  const builds = tasksOf(jobs, place, 'codeBuild').map(({ task: { options }, fullName }) => {
    const build: LocalBuildProject = {
      directory: join(of.directory, 'apps', options.app),
      environment: definedVariables(place, options),
      serviceRole: roleArn(place, roleName(fullName, 'build')),
    };
    return [fullName, build] as const;
  });
  const functions = tasksOf(jobs, place, 'lambda').map(({ task: { options }, fullName }) => {
    const one: LocalFunction = {
      directory: async () => (await of.apps.image(options.app)).directory,
      handler: options.handler ?? 'index.handler',
      environment: definedVariables(place, options),
      role: roleArn(place, roleName(fullName, 'function')),
      timeoutSeconds: durationMs(options.timeout ?? '1 minute') / 1_000,
    };
    return [fullName, one] as const;
  });
  return {
    images: Object.fromEntries([...new Set(names)].map((app) => [imageOf(app), () => of.apps.image(app)])),
    codeBuildProjects: Object.fromEntries(builds),
    functions: Object.fromEntries(functions),
  };
}
