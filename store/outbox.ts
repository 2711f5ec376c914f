import { all, type Sql } from './database.ts';
import { channel, type Notice, notify } from './notify.ts';

/** One row of `outbox`. `start`: target is a workflow id. `wake`: target is a run id. */
export interface OutboxRow {
  kind: 'start' | 'wake';
  target: string;
  version: number;
  tries: number;
}

/** Something is to be told; a second telling before the first was sent becomes one. Sent after the commit. */
export async function enqueue(sql: Sql, kind: OutboxRow['kind'], target: string) {
  const notice: Notice = 'outbox';
  await sql.query(
    `with told as (
       insert into outbox (kind, target) values ($1, $2)
       on conflict (kind, target) do update set version = nextval('outbox_version'), due_at = now(), tries = 0)
     select pg_notify($3, $4)`,
    [kind, target, channel, notice],
  );
}

/** Takes rows to send: starts before wakes. */
export function claimOutbox(sql: Sql, claimMs: number) {
  return all<OutboxRow>(
    sql,
    `update outbox o set claimed_until = now() + $1 * interval '1 ms', tries = tries + 1
     from (select kind, target from outbox
           where due_at <= now() and (claimed_until is null or claimed_until < now())
           order by kind, due_at limit 50 for update skip locked) due
     where o.kind = due.kind and o.target = due.target
     returning o.kind, o.target, o.version, o.tries`,
    [claimMs],
  );
}

/** Sent: gone, unless something new was added meanwhile; then it is due again at once. */
export async function finishOutbox(sql: Sql, row: OutboxRow) {
  const { rowCount } = await sql.query('delete from outbox where kind = $1 and target = $2 and version = $3', [
    row.kind,
    row.target,
    row.version,
  ]);
  if (rowCount === 0) {
    await sql.query('update outbox set claimed_until = null where kind = $1 and target = $2', [row.kind, row.target]);
    await notify(sql, 'outbox');
  }
}

/** Not sent: tried again after the delay. */
export async function postponeOutbox(sql: Sql, row: OutboxRow, delayMs: number) {
  await sql.query(
    `update outbox set claimed_until = null,
       due_at = case when version = $4 then now() + $3 * interval '1 ms' else due_at end
     where kind = $1 and target = $2`,
    [row.kind, row.target, delayMs, row.version],
  );
}

/** True while the start of this workflow has not been taken by Temporal. */
export async function startIsPending(sql: Sql, workflowId: string): Promise<boolean> {
  const { rowCount } = await sql.query(`select 1 from outbox where kind = 'start' and target = $1`, [workflowId]);
  return (rowCount ?? 0) > 0;
}
