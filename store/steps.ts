import { all, one, type Sql } from './database.ts';

/** One row of `steps`: one call of a task inside one generation of a run. */
export interface StepRow {
  id: number;
  runId: string;
  generation: number;
  key: string;
  task: string;
  inputHash: string;
  /** Shards; null = a single job. */
  size: number | null;
  status: 'open' | 'succeeded' | 'failed' | 'stopped';
  createdAt: Date;
  endedAt: Date | null;
}

const columns = `id, run_id as "runId", generation, key, task, input_hash as "inputHash", size, status,
  created_at as "createdAt", ended_at as "endedAt"`;

/** What identifies a step, and what it was called with. */
export type NewStep = Pick<StepRow, 'runId' | 'generation' | 'key' | 'task' | 'inputHash' | 'size'>;

/** The step of this key in a generation of a run; undefined while it has not been called. */
export function getStep(sql: Sql, runId: string, generation: number, key: string) {
  return one<StepRow>(sql, `select ${columns} from steps where run_id = $1 and generation = $2 and key = $3`, [
    runId,
    generation,
    key,
  ]);
}

/** A new open step with its shards (one for a single job). */
export async function insertStep(sql: Sql, step: NewStep): Promise<StepRow> {
  const row = await one<StepRow>(
    sql,
    `insert into steps (run_id, generation, key, task, input_hash, size, status)
     values ($1, $2, $3, $4, $5, $6, 'open') returning ${columns}`,
    [step.runId, step.generation, step.key, step.task, step.inputHash, step.size],
  );
  if (row === undefined) throw new Error(`No step was made for ${step.runId} ${step.key}`);
  await insertShards(sql, row.id, step.size ?? 1);
  return row;
}

/** failed, stopped → open for the next attempt; its finished shards stay. */
export async function reopenStep(sql: Sql, id: number) {
  await sql.query(`update steps set status = 'open', ended_at = null where id = $1 and status <> 'open'`, [id]);
}

/** The same key was called with another input: everything about the step starts over. */
export async function resetStep(sql: Sql, id: number, input: { inputHash: string; size: number | null }) {
  await sql.query(`update steps set status = 'open', ended_at = null, input_hash = $2, size = $3 where id = $1`, [
    id,
    input.inputHash,
    input.size,
  ]);
  await sql.query('delete from shards where step_id = $1', [id]);
  await insertShards(sql, id, input.size ?? 1);
}

/** open → ended, with its attempt. */
export async function endStep(sql: Sql, id: number, status: 'succeeded' | 'failed' | 'stopped') {
  await sql.query(`update steps set status = $2, ended_at = now() where id = $1 and status = 'open'`, [id, status]);
}

/** Steps of a run, newest generation first, in order of their start. */
export function listSteps(sql: Sql, runId: string, generation: number) {
  return all<StepRow>(sql, `select ${columns} from steps where run_id = $1 and generation = $2 order by id`, [
    runId,
    generation,
  ]);
}

/** How many steps a generation of a run has. */
export async function countSteps(sql: Sql, runId: string, generation: number): Promise<number> {
  const row = await one<{ count: number }>(
    sql,
    'select count(*) as count from steps where run_id = $1 and generation = $2',
    [runId, generation],
  );
  return row?.count ?? 0;
}

async function insertShards(sql: Sql, stepId: number, count: number) {
  await sql.query('insert into shards (step_id, index) select $1, generate_series(0, $2::integer - 1)', [
    stepId,
    count,
  ]);
}
