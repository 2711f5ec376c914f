import { one, type Sql } from './database.ts';

/**
 * running: takes a call (function, Lambda) whose worker has let its claim run out; for the claim's owner, renews it.
 * Gives the status when the call is this owner's; undefined when it is somebody else's, or has ended.
 */
export async function holdCall(
  sql: Sql,
  id: string,
  claim: { owner: string; leaseMs: number; progress: unknown },
): Promise<'running' | 'stopping' | undefined> {
  const row = await one<{ status: 'running' | 'stopping' }>(
    sql,
    `update attempts set claimed_by = $2, claimed_until = now() + $3 * interval '1 ms',
       next_check_at = now() + $3 * interval '1 ms', progress = coalesce($4::json, progress),
       started_at = coalesce(started_at, now())
     where id = $1 and (claimed_by = $2 or (status = 'running' and (claimed_until is null or claimed_until < now())))
       and status in ('running', 'stopping')
     returning status`,
    [id, claim.owner, claim.leaseMs, claim.progress === undefined ? null : JSON.stringify(claim.progress)],
  );
  return row?.status;
}

/** The worker shuts down: another one may take the call at once. */
export async function releaseCall(sql: Sql, id: string, owner: string) {
  await sql.query(
    `update attempts set claimed_by = null, claimed_until = null where id = $1 and claimed_by = $2 and status = 'running'`,
    [id, owner],
  );
}

/** True while this owner has the call. */
export async function isHeld(sql: Sql, id: string, owner: string): Promise<boolean> {
  const row = await one<{ held: boolean }>(sql, 'select claimed_by = $2 as held from attempts where id = $1', [
    id,
    owner,
  ]);
  return row?.held ?? false;
}
