-- Up Migration

create table meta (
  singleton boolean primary key default true check (singleton),
  database_id text not null default replace(gen_random_uuid()::text, '-', ''),
  temporal_namespace_id text,
  next_sweep_at timestamptz not null default now()
);
insert into meta default values;

create table runs (
  id text primary key,
  job text not null,
  run_key text not null,
  status text not null check (status in
    ('expected', 'waiting', 'running', 'stopping', 'succeeded', 'failed', 'timedOut', 'cancelled', 'notRun')),
  reason text,
  generation integer not null default 1,
  input json,
  wait_until timestamptz,
  started_at timestamptz,
  slow_at timestamptz,
  timeout_at timestamptz,
  ended_at timestamptz,
  result json,
  error json,
  records bigint,
  created_at timestamptz not null default now()
);
create index runs_job on runs (job, run_key desc);
create index runs_open on runs (status) where status in ('waiting', 'running', 'stopping');

create table executions (
  run_id text not null references runs (id),
  number integer not null,
  status text not null check (status in ('open', 'closed')),
  closed_as text,
  settings json not null,
  started_by text not null,
  next_look_at timestamptz not null default now(),
  lost_since timestamptz,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (run_id, number)
);
create unique index executions_one_open on executions (run_id) where status = 'open';
create index executions_look on executions (next_look_at) where status = 'open';

create table steps (
  id bigint generated always as identity primary key,
  run_id text not null references runs (id),
  generation integer not null,
  key text not null,
  task text not null,
  input_hash text not null,
  size integer,
  status text not null check (status in ('open', 'succeeded', 'failed', 'stopped')),
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  unique (run_id, generation, key)
);

create table attempts (
  id text primary key,
  step_id bigint not null references steps (id),
  execution integer not null,
  number integer not null,
  status text not null check (status in
    ('starting', 'running', 'stopping', 'collecting', 'succeeded', 'failed', 'stopped')),
  region text not null,
  request json not null,
  shards integer[] not null,
  external_id text,
  claimed_by text,
  claimed_until timestamptz,
  submit_until timestamptz,
  next_check_at timestamptz not null default now(),
  collecting_since timestamptz,
  collect_until timestamptz,
  stopping_since timestamptz,
  event json,
  class text,
  exit_code integer,
  reason text,
  log json,
  log_tail json,
  told boolean not null default false,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  unique (step_id, number)
);
create unique index attempts_one_live on attempts (step_id)
  where status in ('starting', 'running', 'stopping', 'collecting');
create index attempts_due on attempts (next_check_at)
  where status in ('starting', 'running', 'stopping', 'collecting');
create index attempts_untold on attempts (step_id) where not told;
create index attempts_external on attempts (external_id);

create table shards (
  step_id bigint not null references steps (id),
  index integer not null,
  status text not null default 'pending' check (status in ('pending', 'succeeded', 'failed')),
  attempt_id text references attempts (id),
  tries integer not null default 0,
  output json,
  records bigint,
  class text,
  exit_code integer,
  reason text,
  primary key (step_id, index)
);

create table waits (
  run_id text not null references runs (id),
  kind text not null check (kind in ('prerequisite', 'lock', 'clock')),
  name text not null,
  asked bigint generated always as identity,
  if_busy text,
  due_at timestamptz,
  met_at timestamptz,
  primary key (run_id, kind, name)
);
create index waits_locks on waits (name, asked) where kind = 'lock' and met_at is null;
create index waits_due on waits (due_at) where kind = 'clock' and met_at is null;

create table lock_slots (
  name text not null,
  slot integer not null,
  token bigint not null default 0,
  run_id text references runs (id),
  lease_until timestamptz,
  primary key (name, slot)
);
create index lock_slots_run on lock_slots (run_id);

-- Never used twice: a slow sender must not take a row that was made anew for the one that it has read.
create sequence outbox_version;

create table outbox (
  kind text not null check (kind in ('start', 'wake')),
  target text not null,
  version bigint not null default nextval('outbox_version'),
  due_at timestamptz not null default now(),
  tries integer not null default 0,
  claimed_until timestamptz,
  primary key (kind, target)
);
create index outbox_due on outbox (due_at);

create table alerts (
  run_id text not null,
  rule text not null,
  key text not null,
  channels text[] not null default '{}',
  detail json,
  created_at timestamptz not null default now(),
  primary key (run_id, rule)
);

create table audit (
  id bigint generated always as identity primary key,
  run_id text not null,
  at timestamptz not null default now(),
  who text not null,
  action text not null,
  reason text
);
create index audit_run on audit (run_id);
