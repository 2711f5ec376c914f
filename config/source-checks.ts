import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RegisteredJob } from './job-registry.ts';
import { deadLinks } from './source-files.ts';

/**
 * What is wrong with the folders that CodeBuild builds from, each `file: job: option: problem; what to do`. Only for
 * where the project's folder is whole: a worker's image has no `apps/`.
 */
export async function sourceProblems(directory: string, jobs: readonly RegisteredJob[]): Promise<string[]> {
  const builds = jobs.flatMap(({ file, job }) =>
    Object.entries(job.tasks).flatMap(([name, task]) =>
      task.kind === 'codeBuild' ? [{ app: task.options.app, option: `${file}: ${job.id}: tasks.${name}.app` }] : [],
    ),
  );
  const problems = builds.map(async ({ app, option }) =>
    (await folderProblems(directory, app)).map((problem) => `${option}: ${problem}`),
  );
  return (await Promise.all(problems)).flat();
}

async function folderProblems(directory: string, app: string): Promise<string[]> {
  const folder = join(directory, 'apps', app);
  if (!existsSync(folder)) {
    return [`there is no folder apps/${app} for CodeBuild to build from; make it, or write the name of another`];
  }
  const dead = await deadLinks(folder);
  return dead.map(
    (link) => `apps/${app}/${link} is a link that leads nowhere; take it away, or put there what it should lead to`,
  );
}
