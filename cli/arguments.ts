import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import type { ProjectConfig } from '../config/config-file.ts';
import type { Job } from '../model/job.ts';
import { instantKey, isBusinessDate } from '../model/run-id.ts';
import { businessDate } from '../triggers/business-date.ts';
import { keyProblem, runsBy } from '../triggers/run-keys.ts';
import { UsageError } from './exit-codes.ts';

/** The value of `--input`: JSON, or `@file` with JSON; undefined when it was not given. */
export async function readInput(text: string | undefined): Promise<unknown> {
  if (text === undefined) return undefined;
  const from = text.startsWith('@') ? text.slice(1) : undefined;
  const json = from === undefined ? text : await readFile(from, 'utf8').catch(() => unreadable(from));
  try {
    return JSON.parse(json);
  } catch (error) {
    const where = from === undefined ? '--input' : `the file ${from}`;
    throw new UsageError(
      `${where} is not JSON (${(error as Error).message}); write it like --input '{"message":"Hello"}'`,
    );
  }
}

/**
 * The business date that a command is about: the named one, or in local mode the example data's, else today's.
 * @throws UsageError when it is not a day that exists.
 */
export function dateOf(
  date: string | undefined,
  { config, stage }: { config: Pick<ProjectConfig, 'timezone' | 'local'>; stage: string },
): string {
  const example = stage === 'local' ? config.local.date : undefined;
  if (date === undefined) return example ?? businessDate(new Date(), config.timezone);
  if (!isBusinessDate(date)) {
    throw new UsageError(`--date "${date}" is not a business date; write YYYY-MM-DD, such as --date 2026-11-21`);
  }
  return date;
}

/**
 * The run key that a command is about: the named one; without one the business date as for {@link dateOf}, or for a job
 * that runs by instant the present minute.
 * @throws UsageError when it is not the form by which the job runs.
 */
export function runKeyOf(
  job: Job,
  date: string | undefined,
  project: { config: Pick<ProjectConfig, 'timezone' | 'local'>; stage: string },
): string {
  if (date === undefined) return runsBy(job) === 'instant' ? instantKey(new Date()) : dateOf(date, project);
  const problem = keyProblem(job, date);
  if (problem !== null) throw new UsageError(`--date ${problem}`);
  return date;
}

/** The person at the keyboard, for the audit. */
export function whoAmI(): string {
  return userInfo().username;
}

function unreadable(file: string): never {
  throw new UsageError(`--input @${file}: the file cannot be read`);
}
