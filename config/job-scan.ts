import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Config } from '../model/config.ts';
import type { Job } from '../model/job.ts';
import { afterProblems } from './after-checks.ts';
import { ConfigError } from './config-error.ts';
import { withHolidays } from './holiday-calendars.ts';
import { jobProblems } from './job-checks.ts';
import { type JobRegistry, jobRegistry, type RegisteredJob } from './job-registry.ts';
import { shapeProblems } from './job-shape.ts';
import { lockProblems } from './lock-checks.ts';
import { nameProblems } from './name-checks.ts';
import { waitProblems } from './wait-checks.ts';
import { withLockProblems } from './with-lock-checks.ts';

/** A file that could not be imported, with its error. */
interface BrokenFile {
  file: string;
  reason: string;
}

/**
 * Finds and checks the jobs of a project: imports every `.ts` file of the jobs folder, in the order of paths.
 * The running process must be able to import TypeScript: under `tsx` and under Jest, a plain `import()` of a file URL is.
 * @throws ConfigError with all problems of all files, each `file: job: problem; what to write instead`.
 */
export async function loadJobs(
  directory: string,
  config: Pick<Config, 'jobs' | 'timezone' | 'calendars'>,
): Promise<JobRegistry> {
  const folder = config.jobs ?? 'jobs';
  const timezone = config.timezone ?? 'UTC';
  const { found: imported, broken } = await importJobs(directory, await jobFiles(directory, folder));
  const found = imported.map((entry) => ({ ...entry, job: withHolidays(entry.job, config.calendars) }));
  const problems = [
    ...broken.map(({ file, reason }) => `${file}: cannot be imported: ${reason}`),
    ...checkJobs(found, { timezone, complete: broken.length === 0 }),
  ];
  if (found.length + broken.length === 0) {
    problems.push(`${folder}: holds no job; write one: export const daily = defineJob({ ... })`);
  }
  if (problems.length > 0) throw new ConfigError('The jobs are not right', problems);
  return jobRegistry(found);
}

/**
 * The files of the jobs folder that may hold jobs, as paths from the project's folder with `/`; type declarations and
 * tests are none. Sorted, so that errors and duplicates come out the same on every machine.
 * @throws ConfigError when the folder cannot be read.
 */
export async function jobFiles(directory: string, jobsFolder: string): Promise<string[]> {
  const folder = join(directory, jobsFolder);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      throw new ConfigError('The jobs are not right', [
        `${folder}: cannot be read (${error.code}); make the folder, or name another in the config's jobs`,
      ]);
    },
  );
  return entries
    .filter((entry) => entry.isFile() && /(?<!\.d|\.test)\.ts$/.test(entry.name))
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

async function importJobs(directory: string, files: readonly string[]) {
  const found: RegisteredJob[] = [];
  const broken: BrokenFile[] = [];
  for (const file of files) {
    try {
      const exported: Record<string, unknown> = await import(pathToFileURL(join(directory, file)).href);
      for (const [exportName, value] of Object.entries(exported)) {
        // A job that is handed on by another file (an index, say) is still one job.
        if (looksLikeJob(value) && !found.some(({ job }) => job === value))
          found.push({ job: value, file, exportName });
      }
    } catch (error) {
      broken.push({ file, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { found, broken };
}

/** Only enough to tell a job from a shared constant; what is wrong with it is said later. */
function looksLikeJob(value: unknown): value is Job {
  return typeof value === 'object' && value !== null && 'id' in value && 'tasks' in value && 'run' in value;
}

function checkJobs(
  found: readonly RegisteredJob[],
  { timezone, complete }: { timezone: string; complete: boolean },
): string[] {
  const sound = found.filter(({ job }) => shapeProblems(job).length === 0);
  const alone = found.flatMap((entry) => {
    const shape = shapeProblems(entry.job);
    return (shape.length > 0 ? shape : jobProblems(entry.job, timezone)).map((problem) => sayWhere(entry, problem));
  });
  // With a file missing, its jobs would be called unknown.
  const after = complete ? afterProblems(found, sound) : [];
  const locks = [...lockProblems(sound), ...sound.flatMap(withLockProblems)];
  const problems = [...alone, ...after, ...locks, ...nameProblems(sound)];
  if (problems.length > 0) return problems;
  const jobs = new Map(found.map(({ job }) => [job.id, job]));
  const waits = waitProblems(jobs, timezone);
  return found.flatMap((entry) => (waits.get(entry.job.id) ?? []).map((problem) => sayWhere(entry, problem)));
}

function sayWhere({ job, file, exportName }: RegisteredJob, problem: string): string {
  return `${file}: ${typeof job.id === 'string' ? job.id : exportName}: ${problem}`;
}
