import type { FailureClass } from '../model/failures.ts';
import type { AttemptStatus } from '../model/run-states.ts';
import { all, one, type Sql } from './database.ts';

/** One row of `attempts` with the step that it belongs to. `request` is what AWS is asked for, whole. */
export interface AttemptRow<Request = unknown> {
  id: string;
  stepId: number;
  runId: string;
  stepKey: string;
  size: number | null;
  generation: number;
  execution: number;
  number: number;
  status: AttemptStatus;
  region: string;
  request: Request;
  /** Logical shards, ascending; position = AWS's array index. */
  shards: number[];
  externalId: string | null;
  /** Why we asked AWS to end it although its run goes on; null = we did not. */
  endingAs: 'timeout' | 'stuckRunnable' | null;
  nextCheckAt: Date;
  class: FailureClass | null;
  exitCode: number | null;
  reason: string | null;
  log: { group: string; stream: string } | null;
  logTail: string[] | null;
  told: boolean;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
}

const columns = `a.id, a.step_id as "stepId", s.run_id as "runId", s.key as "stepKey", s.size, s.generation,
  a.execution, a.number, a.status, a.region, a.request, a.shards, a.external_id as "externalId",
  a.ending_as as "endingAs", a.next_check_at as "nextCheckAt", a.class, a.exit_code as "exitCode", a.reason, a.log, a.log_tail as "logTail",
  a.told, a.created_at as "createdAt", a.started_at as "startedAt", a.ended_at as "endedAt"`;

export const liveStatuses = ['starting', 'running', 'stopping'] as const;

/** The intent: everything that AWS will be asked, and the claim to ask it. */
export interface NewAttempt {
  id: string;
  stepId: number;
  execution: number;
  number: number;
  /** `running`: a call that a worker makes itself, whichever takes it, for as long as it renews its claim. */
  status: 'starting' | 'running';
  region: string;
  request: unknown;
  shards: number[];
  claimedBy: string;
  claimMs: number;
}

/**
 * Writes an intent: an attempt with its whole request, claimed for `claimMs` by whoever submits it.
 * Fails on a unique index when the step has an attempt that is live or collecting.
 */
export async function insertAttempt(sql: Sql, attempt: NewAttempt) {
  await sql.query(
    `insert into attempts (id, step_id, execution, number, status, region, request, shards, claimed_by,
       claimed_until, submit_until, next_check_at)
     values ($1, $2, $3, $4, $10, $5, $6, $7, case when $10 = 'starting' then $8 end,
       case when $10 = 'starting' then now() + $9 * interval '1 ms' end,
       now() + $9 * interval '1 ms', now() + $9 * interval '1 ms')`,
    [
      attempt.id,
      attempt.stepId,
      attempt.execution,
      attempt.number,
      attempt.region,
      JSON.stringify(attempt.request),
      attempt.shards,
      attempt.claimedBy,
      attempt.claimMs,
      attempt.status,
    ],
  );
}

/** The attempt of this id; undefined when there is none. `Request` is the form of the request that was stored. */
export function getAttempt<Request>(sql: Sql, id: string) {
  return one<AttemptRow<Request>>(
    sql,
    `select ${columns} from attempts a join steps s on s.id = a.step_id where a.id = $1`,
    [id],
  );
}

/** The newest attempt of a step. */
export function latestAttempt(sql: Sql, stepId: number) {
  return one<AttemptRow>(
    sql,
    `select ${columns} from attempts a join steps s on s.id = a.step_id
     where a.step_id = $1 order by a.number desc limit 1`,
    [stepId],
  );
}

/** The newest attempt of any step of a task in a generation of a run; undefined when it was never called. */
export function newestAttemptOf<Request>(sql: Sql, of: { runId: string; generation: number; task: string }) {
  return one<AttemptRow<Request>>(
    sql,
    `select ${columns} from attempts a join steps s on s.id = a.step_id
     where s.run_id = $1 and s.generation = $2 and s.task = $3 order by a.created_at desc, a.number desc limit 1`,
    [of.runId, of.generation, of.task],
  );
}

/** As many ends as one wake carries: with their log tails they stay far below what a signal may hold. */
export const maxEnds = 50;

/** Attempts of a run that ended and that it has not been told of, the oldest first, at most {@link maxEnds}. */
export function listUntold(sql: Sql, runId: string, generation: number) {
  return all<AttemptRow>(
    sql,
    `select ${columns} from attempts a join steps s on s.id = a.step_id
     where s.run_id = $1 and s.generation = $2 and not a.told and a.status in ('succeeded', 'failed', 'stopped')
     order by a.created_at limit ${maxEnds}`,
    [runId, generation],
  );
}

/** Notes that the run's workflow has taken the wake that carried the ends of these attempts. */
export async function markTold(sql: Sql, ids: string[], to: { runId: string; execution: number }) {
  // Not when the next execution has opened meanwhile: it may wait for one of these, and its wake is still to come.
  await sql.query(
    `update attempts set told = true where id = any($1)
       and not exists (select 1 from executions where run_id = $2 and number > $3)`,
    [ids, to.runId, to.execution],
  );
}

/** All attempts of a run's generation, in order of their start. */
export function listAttempts(sql: Sql, runId: string, generation: number) {
  return all<AttemptRow>(
    sql,
    `select ${columns} from attempts a join steps s on s.id = a.step_id
     where s.run_id = $1 and s.generation = $2 order by a.created_at, a.number`,
    [runId, generation],
  );
}

/** Attempts of a run, over all generations, whose work may still go on. */
export async function countLive(sql: Sql, runId: string): Promise<number> {
  const row = await one<{ count: number }>(
    sql,
    `select count(*) as count from attempts a join steps s on s.id = a.step_id
     where s.run_id = $1 and a.status = any($2)`,
    [runId, liveStatuses],
  );
  return row?.count ?? 0;
}

/** The attempts that these names or ids belong to, as the sweep compares them with AWS. */
export function listByIds(sql: Sql, ids: string[]) {
  return all<{ id: string; runId: string; status: AttemptStatus; externalId: string | null }>(
    sql,
    `select a.id, s.run_id as "runId", a.status, a.external_id as "externalId"
     from attempts a join steps s on s.id = a.step_id where a.id = any($1)`,
    [ids],
  );
}
