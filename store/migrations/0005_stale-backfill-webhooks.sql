-- Up Migration

-- A prerequisite has succeeded again since this run started: what it made may be out of date.
alter table runs add column stale_since timestamptz;

-- False for runs of a backfill: their success does not start the successors that have no schedule.
alter table runs add column starts_successors boolean not null default true;

-- Signed requests that were acted upon: the same one is not taken twice.
create table webhook_calls (
  signature_hash text primary key,
  run_id text not null,
  at timestamptz not null default now()
);
create index webhook_calls_at on webhook_calls (at);
