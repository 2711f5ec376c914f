import { all, type Sql } from './database.ts';

/** One slot of a lock, as people see it. */
export interface LockRecord {
  name: string;
  slot: number;
  /** How many slots the lock has. */
  slots: number;
  /** Null: free. */
  runId: string | null;
  /** State of the run that holds it. */
  runStatus: string | null;
  /** The last token of this slot. */
  token: number;
  heldSince: Date | null;
  leaseUntil: Date | null;
  external: 'redis' | 'dynamodb' | null;
  latch: 'wanted' | 'held' | 'releasing' | null;
  /** Since when a program outside is known to have the latch. */
  latchBusySince: Date | null;
  /** Runs that wait for the lock, in the order of asking. */
  waiting: string[];
}

/** All slots of all locks (or of one), by name. */
export function listLocks(sql: Sql, name: string | null = null): Promise<LockRecord[]> {
  return all<LockRecord>(
    sql,
    `select s.name, s.slot, coalesce(l.slots, 1) as slots, s.run_id as "runId", r.status as "runStatus", s.token,
       s.held_since as "heldSince", s.lease_until as "leaseUntil", l.external, s.latch,
       s.latch_busy_since as "latchBusySince",
       array(select w.run_id from waits w where w.kind = 'lock' and w.name = s.name and w.met_at is null
             order by w.asked) as waiting
     from lock_slots s left join locks l on l.name = s.name left join runs r on r.id = s.run_id
     where $1::text is null or s.name = $1
     order by s.name, s.slot`,
    [name],
  );
}

/** An attempt whose work may still be going on in AWS. */
export interface LiveAttempt {
  stepKey: string;
  attemptId: string;
  status: string;
  externalId: string | null;
}

/** What of a run may still be going on in AWS. */
export function listLive(sql: Sql, runId: string): Promise<LiveAttempt[]> {
  return all<LiveAttempt>(
    sql,
    `select s.key as "stepKey", a.id as "attemptId", a.status, a.external_id as "externalId"
     from attempts a join steps s on s.id = a.step_id
     where s.run_id = $1 and a.status in ('starting', 'running', 'stopping') order by a.created_at`,
    [runId],
  );
}
