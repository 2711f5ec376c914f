import { ConfigError } from '../config/config-error.ts';
import { loadConfig, type ProjectConfig } from '../config/config-file.ts';
import type { JobRegistry, RegisteredJob } from '../config/job-registry.ts';
import { jobFiles, loadJobs } from '../config/job-scan.ts';
import { sourceProblems } from '../config/source-checks.ts';
import { barePromises } from './bare-promises.ts';
import { forbiddenImports } from './forbidden-imports.ts';

/** What `nightshift check` found. */
export interface ProjectCheck {
  jobs: { id: string; file: string }[];
  /** One line each: where, what is wrong, what to do. */
  problems: string[];
}

/** Checks the configuration, then the job files, then the folders that CodeBuild builds from and the jobs' code: what it brings into the workflow sandbox, and bare promises over tasks; stops where the rest depends on what is wrong. */
export async function checkProject(directory: string): Promise<ProjectCheck> {
  const config = await orProblems(() => loadConfig(directory), 'nightshift.config.ts: ');
  if (!isSound<ProjectConfig>(config)) return { jobs: [], problems: config.problems };
  const registry = await orProblems(() => loadJobs(directory, config.value), '');
  if (!isSound<JobRegistry>(registry)) return { jobs: [], problems: registry.problems };
  const found: RegisteredJob[] = [...registry.value.jobs.values()];
  const problems = [
    ...(await sourceProblems(directory, found)),
    ...(await forbiddenImports({ directory, jobsFolder: config.value.jobs, jobs: found })),
    ...(await barePromises(directory, await jobFiles(directory, config.value.jobs))),
  ];
  return { jobs: found.map(({ job, file }) => ({ id: job.id, file })), problems };
}

type Checked<T> = { value: T } | { problems: string[] };

async function orProblems<T>(load: () => Promise<T>, where: string): Promise<Checked<T>> {
  try {
    return { value: await load() };
  } catch (error) {
    if (error instanceof ConfigError) return { problems: error.problems.map((problem) => `${where}${problem}`) };
    return { problems: [`${where}cannot be imported: ${error instanceof Error ? error.message : String(error)}`] };
  }
}

function isSound<T>(checked: Checked<T>): checked is { value: T } {
  return 'value' in checked;
}
