import { one, type Sql } from './database.ts';

/** One execution and a workflow bundle, by its hash. */
interface BundleOfExecution {
  runId: string;
  execution: number;
  bundle: string;
}

/** Notes which bundle serves an open execution, or is meant to. */
export async function noteBundle(sql: Sql, of: BundleOfExecution) {
  await sql.query(
    `update executions set bundle_hash = $3
     where run_id = $1 and number = $2 and status = 'open' and bundle_hash is distinct from $3`,
    [of.runId, of.execution, of.bundle],
  );
}

/** Notes which bundle could not replay an execution. */
export async function noteRefusal(sql: Sql, of: BundleOfExecution) {
  await sql.query('update executions set refused_by = $3 where run_id = $1 and number = $2', [
    of.runId,
    of.execution,
    of.bundle,
  ]);
}

/** How many executions this bundle could not replay, since a person or a schedule last started the run. */
export async function countRefusals(sql: Sql, runId: string, bundle: string): Promise<number> {
  const row = await one<{ count: number }>(
    sql,
    `select count(*) as count from executions where run_id = $1 and refused_by = $2 and number >= (
       select coalesce(max(number), 0) from executions where run_id = $1 and closed_as = 'ended')`,
    [runId, bundle],
  );
  return row?.count ?? 0;
}

/** The first of the executions that went on from each other: 1, or the one after the last that ended. */
export async function firstOfChain(sql: Sql, runId: string): Promise<number> {
  const row = await one<{ first: number }>(
    sql,
    `select coalesce(max(number), 0) + 1 as first from executions where run_id = $1 and closed_as = 'ended'`,
    [runId],
  );
  return row?.first ?? 1;
}
