import type { Project } from '../../engine/engine.ts';
import { durationMs } from '../../model/duration.ts';
import type { Job } from '../../model/job.ts';
import type { LocalAwsOptions } from '../aws/index.ts';
import type { BuiltApp } from './build-apps.ts';
import { imageOf, tasksOf } from './register-definitions.ts';

/** What of the local AWS exists from its start because the jobs name it: images, builds and functions. */
export function localServices(
  jobs: readonly Job[],
  project: Pick<Project, 'name' | 'stage'>,
  apps: BuiltApp[],
): Pick<LocalAwsOptions, 'images' | 'codeBuildProjects' | 'functions'> {
  const directories = new Map(apps.map(({ app, directory }) => [app, directory]));
  const directoryOf = (app: string) => directories.get(app) ?? app;
  const builds = tasksOf(jobs, project, 'codeBuild').map(
    ({ task: { options }, fullName }) =>
      [fullName, { directory: directoryOf(options.app), environment: { ...options.environment } }] as const,
  );
  const functions = tasksOf(jobs, project, 'lambda').map(
    ({ task: { options }, fullName }) =>
      [
        fullName,
        {
          directory: directoryOf(options.app),
          handler: options.handler ?? 'index.handler',
          environment: { ...options.environment },
          timeoutSeconds: durationMs(options.timeout ?? '1 minute') / 1_000,
        },
      ] as const,
  );
  return {
    images: Object.fromEntries(apps.map(({ app, directory }) => [imageOf(app), { directory }])),
    codeBuildProjects: Object.fromEntries(builds),
    functions: Object.fromEntries(functions),
  };
}
