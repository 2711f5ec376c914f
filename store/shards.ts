import type { FailureClass } from '../model/failures.ts';
import { all, one, type Sql } from './database.ts';

/** One row of `shards`. `index` is logical: the same over all retries. */
export interface ShardRow {
  index: number;
  status: 'pending' | 'succeeded' | 'failed';
  attemptId: string | null;
  tries: number;
  output: unknown;
  records: number | null;
  class: FailureClass | null;
  exitCode: number | null;
  reason: string | null;
}

const columns = `index, status, attempt_id as "attemptId", tries, output, records, class, exit_code as "exitCode", reason`;

/** The shards of a step, by logical index. */
export function listShards(sql: Sql, stepId: number) {
  return all<ShardRow>(sql, `select ${columns} from shards where step_id = $1 order by index`, [stepId]);
}

/** Shards that have no result yet, ascending. */
export async function unfinishedShards(sql: Sql, stepId: number): Promise<number[]> {
  const rows = await all<{ index: number }>(
    sql,
    `select index from shards where step_id = $1 and status <> 'succeeded' order by index`,
    [stepId],
  );
  return rows.map((row) => row.index);
}

/** What the unluckiest of these shards has lost: tries by Spot, tries by lack of memory. */
export async function shardLosses(sql: Sql, stepId: number, indexes: number[]) {
  const row = await one<{ spot: number; memory: number }>(
    sql,
    `select coalesce(max(spot_losses), 0) as spot, coalesce(max(memory_losses), 0) as memory
     from shards where step_id = $1 and index = any($2)`,
    [stepId, indexes],
  );
  return row ?? { spot: 0, memory: 0 };
}

/** The next intent: these shards are pending again, under the new attempt. */
export async function beginShards(sql: Sql, stepId: number, attemptId: string, indexes: number[]) {
  await sql.query(
    `update shards set status = 'pending', attempt_id = $2, tries = tries + 1, output = null, records = null,
       class = null, exit_code = null, reason = null
     where step_id = $1 and index = any($3)`,
    [stepId, attemptId, indexes],
  );
}

/** pending → failed, in one statement. */
export async function failShards(
  sql: Sql,
  attemptId: string,
  failures: { index: number; class: FailureClass; exitCode: number | null; reason: string }[],
) {
  await sql.query(
    `update shards set status = 'failed', class = f.class, exit_code = f.exit_code, reason = f.reason,
       spot_losses = spot_losses + (f.class in ('spot', 'falseSuccess'))::integer,
       memory_losses = memory_losses + (f.class = 'outOfMemory')::integer
     from unnest($2::integer[], $3::text[], $4::integer[], $5::text[]) as f (index, class, exit_code, reason)
     where attempt_id = $1 and shards.index = f.index and status = 'pending'`,
    [
      attemptId,
      failures.map((failure) => failure.index),
      failures.map((failure) => failure.class),
      failures.map((failure) => failure.exitCode),
      failures.map((failure) => failure.reason),
    ],
  );
}

/** pending → failed for every shard of the attempt that has no result. */
export async function failPendingShards(
  sql: Sql,
  attemptId: string,
  failure: { class: FailureClass; exitCode: number | null; reason: string },
) {
  await sql.query(
    `update shards set status = 'failed', class = $2, exit_code = $3, reason = $4
     where attempt_id = $1 and status = 'pending'`,
    [attemptId, failure.class, failure.exitCode, failure.reason],
  );
}

/** pending → succeeded with the outputs that were read, in one statement. Gives how many rows moved. */
export async function succeedShards(
  sql: Sql,
  attemptId: string,
  outputs: { index: number; output: unknown; records: number | null }[],
): Promise<number> {
  const { rowCount } = await sql.query(
    `update shards set status = 'succeeded', output = o.output::json, records = o.records
     from unnest($2::integer[], $3::text[], $4::bigint[]) as o (index, output, records)
     where attempt_id = $1 and shards.index = o.index and status = 'pending'`,
    [
      attemptId,
      outputs.map((one) => one.index),
      outputs.map((one) => JSON.stringify(one.output ?? null)),
      outputs.map((one) => one.records),
    ],
  );
  return rowCount ?? 0;
}

/** pending → succeeded for every shard left: the task gives no output. */
export async function succeedPendingShards(sql: Sql, attemptId: string) {
  await sql.query(`update shards set status = 'succeeded' where attempt_id = $1 and status = 'pending'`, [attemptId]);
}

/** Logical shards of an attempt that have neither output nor failure yet. */
export async function pendingShards(sql: Sql, attemptId: string): Promise<number[]> {
  const rows = await all<{ index: number }>(
    sql,
    `select index from shards where attempt_id = $1 and status = 'pending' order by index`,
    [attemptId],
  );
  return rows.map((row) => row.index);
}

/** What of an attempt's shards is still open, and what failed. */
export async function countShards(sql: Sql, attemptId: string) {
  const row = await one<{ pending: number; failed: number }>(
    sql,
    `select count(*) filter (where status = 'pending') as pending, count(*) filter (where status = 'failed') as failed
     from shards where attempt_id = $1`,
    [attemptId],
  );
  return row ?? { pending: 0, failed: 0 };
}

/**
 * Failed shards of an attempt, grouped by the way they failed, with the reason of the lowest shard of each; the group of
 * the lowest shard first. Few groups, however many shards: the run is told of them in one signal.
 */
export function listFailures(sql: Sql, attemptId: string) {
  return all<{ class: FailureClass; exitCode: number | null; reason: string; shards: number[] }>(
    sql,
    `select class, exit_code as "exitCode", (array_agg(reason order by index))[1] as reason,
       array_agg(index order by index) as shards
     from shards where attempt_id = $1 and status = 'failed'
     group by class, exit_code order by min(index)`,
    [attemptId],
  );
}

/** Outputs of a step by logical shard, and how many characters they are in all. */
export async function readStepOutputs(sql: Sql, stepId: number): Promise<{ outputs: unknown[]; length: number }> {
  const rows = await all<{ output: unknown; length: number }>(
    sql,
    `select output, coalesce(length(output::text), 0) as length from shards where step_id = $1 order by index`,
    [stepId],
  );
  return { outputs: rows.map((row) => row.output), length: rows.reduce((sum, row) => sum + row.length, 0) };
}

/** Sum of the outputs' characters, without reading them. */
export async function stepOutputLength(sql: Sql, stepId: number): Promise<number> {
  const row = await one<{ length: number | null }>(
    sql,
    'select sum(coalesce(length(output::text), 4))::bigint as length from shards where step_id = $1',
    [stepId],
  );
  return row?.length ?? 0;
}
