import { one, type Sql } from './database.ts';

/** The one row of `meta`: which database this is, and which Temporal namespace it belongs to. */
export interface Meta {
  databaseId: string;
  temporalNamespaceId: string | null;
}

/**
 * What the database knows of itself.
 * @throws Error when it was not migrated.
 */
export async function getMeta(sql: Sql): Promise<Meta> {
  const row = await one<Meta>(
    sql,
    `select database_id as "databaseId", temporal_namespace_id as "temporalNamespaceId"
     from meta`,
    [],
  );
  if (row === undefined) throw new Error('The table meta is empty: run `nightshift migrate`');
  return row;
}

/** Binds the database to a namespace, unless it is bound to one. Gives the one that it is bound to. */
export async function bindNamespace(sql: Sql, namespaceId: string): Promise<string> {
  const row = await one<{ id: string }>(
    sql,
    'update meta set temporal_namespace_id = coalesce(temporal_namespace_id, $1) returning temporal_namespace_id as id',
    [namespaceId],
  );
  return row?.id ?? namespaceId;
}

/** Binds the database to another namespace: local mode, whose Temporal forgets everything. */
export async function rebindNamespace(sql: Sql, namespaceId: string) {
  await sql.query('update meta set temporal_namespace_id = $1', [namespaceId]);
}

/** Takes the next sweep, when one is due: one worker of the cluster does it. */
export async function claimSweep(sql: Sql, everyMs: number): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update meta set next_sweep_at = now() + $1 * interval '1 ms' where next_sweep_at <= now()`,
    [everyMs],
  );
  return rowCount === 1;
}
