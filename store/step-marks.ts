import { all, one, type Sql } from './database.ts';
import type { StepRow } from './steps.ts';

/** The input hash of a step that is to be called anew: no input has it, so the next call takes it for another one. */
export const forgottenHash = '';

/**
 * succeeded, failed, stopped → stopped, for this step and all that were started after it in its generation: what they
 * made no longer counts. The next call of each starts it over. Gives their keys, in order of their start.
 */
export async function forgetStepsFrom(sql: Sql, step: Pick<StepRow, 'id' | 'runId' | 'generation'>): Promise<string[]> {
  const rows = await all<{ id: number; key: string }>(
    sql,
    `update steps set status = 'stopped', input_hash = '${forgottenHash}'
     where run_id = $1 and generation = $2 and id >= $3 returning id, key`,
    [step.runId, step.generation, step.id],
  );
  return rows.sort((a, b) => a.id - b.id).map((row) => row.key);
}

/** failed → succeeded, on a person's word: shards that succeeded keep their outputs, the others have none. */
export async function skipStep(sql: Sql, id: number): Promise<boolean> {
  const row = await one<{ id: number }>(
    sql,
    `update steps set status = 'succeeded' where id = $1 and status = 'failed' returning id`,
    [id],
  );
  return row !== undefined;
}
