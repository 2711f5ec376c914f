-- Up Migration

-- Null: the run key is the business date. Older workers know no other keys.
alter table runs add column business_date text;
create index runs_business_date on runs (job, business_date) where business_date is not null;

-- The kinds of waits are listed in store/waits.ts; a list here, too, would have to change before every worker does.
alter table waits drop constraint waits_kind_check;

-- Jobs with a schedule, as the watcher has seen them in Temporal: from when on their starts are to be expected.
create table schedules (
  job text primary key,
  since timestamptz not null,
  watched_from timestamptz not null default now(),
  looked_at timestamptz not null default now(),
  paused boolean not null default false,
  next_look_at timestamptz not null default now()
);
