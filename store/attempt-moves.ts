import type { FailureClass } from '../model/failures.ts';
import { all, one, type Sql } from './database.ts';

/**
 * starting, stopping: the id that AWS gave, unless another one is there already. `due`: it is to be looked at now,
 * since it is being stopped, or an event came before the id.
 */
export async function writeExternalId(sql: Sql, id: string, externalId: string, pollMs: number) {
  const { rows } = await sql.query<{ status: string; due: boolean }>(
    `update attempts set external_id = $2, claimed_until = null, claimed_by = null,
       status = case when status = 'starting' then 'running' else status end,
       next_check_at = case when status = 'stopping' or event is not null then now()
         else now() + $3 * interval '1 ms' end
     where id = $1 and external_id is null and status in ('starting', 'stopping')
     returning status, next_check_at <= now() as due`,
    [id, externalId, pollMs],
  );
  return rows[0];
}

/** The submitter does not know what AWS did: others may look for it at once, and submit again only after the claim. */
export async function releaseSubmitClaim(sql: Sql, id: string, owner: string, lookMs: number) {
  await sql.query(
    `update attempts set claimed_until = null, claimed_by = null,
       next_check_at = least(next_check_at, now() + $3 * interval '1 ms')
     where id = $1 and claimed_by = $2 and external_id is null`,
    [id, owner, lookMs],
  );
}

/** starting → starting: another worker takes the submit over, once `submit_until` + grace has passed. */
export async function takeOverSubmit(
  sql: Sql,
  id: string,
  claim: { owner: string; claimMs: number; graceMs: number },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update attempts set claimed_by = $2, claimed_until = now() + $3 * interval '1 ms',
       submit_until = now() + $3 * interval '1 ms', next_check_at = now() + $3 * interval '1 ms'
     where id = $1 and status = 'starting' and external_id is null
       and submit_until + $4 * interval '1 ms' < now()`,
    [id, claim.owner, claim.claimMs, claim.graceMs],
  );
  return rowCount === 1;
}

/** True when nobody can still be submitting this attempt: an empty look now proves that nothing was made. */
export async function submitIsOver(sql: Sql, id: string, graceMs: number): Promise<boolean> {
  const row = await one<{ over: boolean }>(
    sql,
    `select submit_until + $2 * interval '1 ms' < now() as over from attempts where id = $1`,
    [id, graceMs],
  );
  return row?.over ?? false;
}

/** starting, running → stopping, for all attempts of a run. */
export async function stopAttempts(sql: Sql, runId: string): Promise<number> {
  const { rowCount } = await sql.query(
    `update attempts set status = 'stopping', stopping_since = now(), next_check_at = now()
     from steps s where s.id = attempts.step_id and s.run_id = $1 and attempts.status in ('starting', 'running')`,
    [runId],
  );
  return rowCount ?? 0;
}

/** starting, running → stopping, for one attempt. */
export async function stopAttempt(sql: Sql, id: string) {
  await sql.query(
    `update attempts set status = 'stopping', stopping_since = now(), next_check_at = now()
     where id = $1 and status in ('starting', 'running')`,
    [id],
  );
}

/** running → collecting: AWS says ended; what it printed is still to be read. */
export async function moveToCollecting(
  sql: Sql,
  id: string,
  ended: { startedAt: Date | null; endedAt: Date; collectMs: number; log: unknown },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update attempts set status = 'collecting', started_at = coalesce(started_at, $2), ended_at = $3,
       collecting_since = now(), collect_until = now() + $4 * interval '1 ms', log = $5, next_check_at = now()
     where id = $1 and status = 'running'`,
    [id, ended.startedAt, ended.endedAt, ended.collectMs, ended.log === null ? null : JSON.stringify(ended.log)],
  );
  return rowCount === 1;
}

/** How an attempt ended, for its own row. */
export interface AttemptResult {
  from: 'starting' | 'running' | 'stopping' | 'collecting';
  to: 'succeeded' | 'failed' | 'stopped';
  class: FailureClass | null;
  exitCode: number | null;
  reason: string | null;
  logTail: string[] | null;
  /** Only while this owner holds the claim to submit, and nobody has written an id. */
  claimedBy?: string;
  /** The run knows already: no wake has to tell it. Default false. */
  told?: boolean;
}

/** A live attempt → ended; the run is to be told. */
export async function endAttempt(sql: Sql, id: string, result: AttemptResult): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update attempts set status = $3, class = $4, exit_code = $5, reason = $6, log_tail = coalesce($7::json, log_tail),
       ended_at = coalesce(ended_at, now()), claimed_until = null, claimed_by = null, told = $9
     where id = $1 and status = $2 and ($8::text is null or (claimed_by = $8 and external_id is null))`,
    [
      id,
      result.from,
      result.to,
      result.class,
      result.exitCode,
      result.reason,
      result.logTail === null ? null : JSON.stringify(result.logTail),
      result.claimedBy ?? null,
      result.told ?? false,
    ],
  );
  return rowCount === 1;
}

/** running: AWS is to be asked to end it, and its end is to count as this. The first reason stays. */
export async function setEndingAs(sql: Sql, id: string, endingAs: 'timeout' | 'stuckRunnable'): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update attempts set ending_as = $2 where id = $1 and status = 'running' and ending_as is null`,
    [id, endingAs],
  );
  return rowCount === 1;
}

/** Notes when AWS started the attempt's work. The first time that is noted stays. */
export async function setStartedAt(sql: Sql, id: string, startedAt: Date) {
  await sql.query('update attempts set started_at = coalesce(started_at, $2) where id = $1', [id, startedAt]);
}

/**
 * An event says: look now. Never moves a check later; but while somebody is looking, the time must change,
 * so that the looker's release sees that there is something newer. Gives how many rows it found.
 */
export async function noteEvent(
  sql: Sql,
  of: { attemptId: string } | { externalId: string },
  event: unknown,
): Promise<number> {
  const { rowCount } = await sql.query(
    `update attempts set event = $2,
       next_check_at = case when claimed_until > now() then now() else least(next_check_at, now()) end
     where ${'attemptId' in of ? 'id' : 'external_id'} = $1 and status in ('starting', 'running', 'stopping')`,
    ['attemptId' in of ? of.attemptId : of.externalId, JSON.stringify(event)],
  );
  return rowCount ?? 0;
}

/** Ids of attempts that are being stopped for longer than this. */
export function listSlowStops(sql: Sql, olderThanMs: number) {
  return all<{ id: string; runId: string; externalId: string | null }>(
    sql,
    `select a.id, s.run_id as "runId", a.external_id as "externalId"
     from attempts a join steps s on s.id = a.step_id
     where a.status = 'stopping' and a.stopping_since < now() - $1 * interval '1 ms'`,
    [olderThanMs],
  );
}
