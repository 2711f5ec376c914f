import type { AttemptRow } from './attempts.ts';
import { all, one, type Sql } from './database.ts';

/** An attempt taken for some seconds by one watcher. */
export type ClaimedAttempt<Request> = Pick<
  AttemptRow<Request>,
  'id' | 'stepId' | 'runId' | 'status' | 'request' | 'shards' | 'externalId' | 'createdAt' | 'log' | 'endingAs'
> & {
  /** Exact to the microsecond, which a Date is not. */ dueAt: string;
  collectOver: boolean;
  /** Milliseconds since AWS was seen to say ended; 0 before. */
  collectingMs: number;
  event: { detail?: unknown } | null;
  /** Milliseconds since it was made. */
  ageMs: number;
};

/**
 * Takes up to `limit` attempts to look at. Only when one is due; then those due within half a poll come along,
 * so that the whole cluster makes one full DescribeJobs call in place of many small ones.
 */
export function claimDueAttempts<Request>(
  sql: Sql,
  claim: { owner: string; claimMs: number; pollMs: number; limit: number },
) {
  return all<ClaimedAttempt<Request>>(
    sql,
    `with due as (
       select id from attempts
       where status in ('starting', 'running', 'stopping', 'collecting')
         and (claimed_until is null or claimed_until < now())
         and next_check_at <= now() + $3 * interval '0.5 ms'
         and exists (
           select 1 from attempts where next_check_at <= now()
             and status in ('starting', 'running', 'stopping', 'collecting')
             and (claimed_until is null or claimed_until < now()))
       order by next_check_at limit $4 for update skip locked)
     update attempts a set claimed_by = $1, claimed_until = now() + $2 * interval '1 ms'
     from due, steps s where a.id = due.id and s.id = a.step_id
     returning a.id, a.step_id as "stepId", s.run_id as "runId", a.status, a.request, a.shards,
       a.external_id as "externalId", a.next_check_at::text as "dueAt", a.created_at as "createdAt", a.log,
       a.event, a.ending_as as "endingAs", (extract(epoch from now() - a.created_at) * 1000)::float8 as "ageMs",
       coalesce(a.collect_until < now(), false) as "collectOver",
       coalesce(extract(epoch from now() - a.collecting_since) * 1000, 0)::float8 as "collectingMs"`,
    [claim.owner, claim.claimMs, claim.pollMs, claim.limit],
  );
}

/** Ends a claim: the next look is after `afterMs`, unless an event has moved it to now meanwhile. */
export async function releaseAttempt(sql: Sql, attempt: { id: string; dueAt: string }, owner: string, afterMs: number) {
  await sql.query(
    `update attempts set claimed_until = null, claimed_by = null,
       next_check_at = case when next_check_at = $3::timestamptz
         then now() + $4 * interval '1 ms' else next_check_at end
     where id = $1 and claimed_by = $2`,
    [attempt.id, owner, attempt.dueAt, afterMs],
  );
}

/** Milliseconds until the next attempt is due; null when none is in flight. */
export async function nextDueInMs(sql: Sql): Promise<number | null> {
  const row = await one<{ ms: number | null }>(
    sql,
    `select (extract(epoch from min(greatest(next_check_at, coalesce(claimed_until, next_check_at))) - now()) * 1000)::float8 as ms
     from attempts where status in ('starting', 'running', 'stopping', 'collecting')`,
    [],
  );
  return row?.ms ?? null;
}
