import { one, type Sql } from './database.ts';

/** Notes that a signed request is being acted upon. False when it was before. Others who note the same wait for this transaction. */
export async function noteWebhookCall(sql: Sql, call: { signatureHash: string; runId: string }): Promise<boolean> {
  const { rowCount } = await sql.query(
    `insert into webhook_calls (signature_hash, run_id) values ($1, $2) on conflict (signature_hash) do nothing`,
    [call.signatureHash, call.runId],
  );
  return rowCount === 1;
}

/** When a signed request was acted upon, and for which run; undefined when it was not. */
export function getWebhookCall(sql: Sql, signatureHash: string) {
  return one<{ runId: string; at: Date }>(
    sql,
    'select run_id as "runId", at from webhook_calls where signature_hash = $1',
    [signatureHash],
  );
}

/** Forgets requests that are too old to be taken again anyway. */
export async function deleteOldWebhookCalls(sql: Sql, olderThanMs: number) {
  await sql.query(
    `delete from webhook_calls where signature_hash in (
       select signature_hash from webhook_calls where at < now() - $1 * interval '1 ms' for update skip locked)`,
    [olderThanMs],
  );
}
