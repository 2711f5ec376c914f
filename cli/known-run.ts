import { closest } from '../config/job-registry.ts';
import type { Sql } from '../store/database.ts';
import { getRun, listRuns, type RunRow } from '../store/runs.ts';
import { UsageError } from './exit-codes.ts';

/** The newest so many runs are compared with a run that does not exist. */
const compared = 1_000;

/**
 * The run of this id.
 * @throws UsageError that names the runs that may be meant.
 */
export async function knownRun(sql: Sql, id: string): Promise<RunRow> {
  const run = await getRun(sql, id);
  if (run !== undefined) return run;
  const known = (await listRuns(sql, { limit: compared })).map((each) => each.id);
  if (known.length === 0)
    throw new UsageError(`There is no run "${id}", and no other; start one with \`nightshift run <job>\``);
  throw new UsageError(
    `There is no run "${id}"; did you mean ${closestRuns(id, known).join(', ')}? \`nightshift runs\` lists all`,
  );
}

/** A job's id alone means its newest runs; anything else, what is spelled most like it. */
function closestRuns(id: string, known: string[]): string[] {
  const [job] = id.split('/');
  const ofJob = known.filter((each) => each.startsWith(`${job}/`));
  if (!id.includes('/') && ofJob.length > 0) return ofJob.slice(0, 3);
  return closest(id, ofJob.length > 0 ? ofJob : known);
}
