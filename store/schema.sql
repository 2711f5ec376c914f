-- Made by `npm run schema` from migrations/: never edited by hand.

create table alerts (
  run_id text not null,
  rule text not null,
  key text not null,
  channels text[] not null default '{}'::text[],
  detail json,
  created_at timestamp with time zone not null default now(),
  constraint alerts_pkey PRIMARY KEY (run_id, rule)
);

create table attempt_locks (
  attempt_id text not null,
  name text not null,
  constraint attempt_locks_pkey PRIMARY KEY (attempt_id, name),
  constraint attempt_locks_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES attempts(id)
);

create table attempts (
  id text not null,
  step_id bigint not null,
  execution integer not null,
  number integer not null,
  status text not null,
  region text not null,
  request json not null,
  shards integer[] not null,
  external_id text,
  claimed_by text,
  claimed_until timestamp with time zone,
  submit_until timestamp with time zone,
  next_check_at timestamp with time zone not null default now(),
  collecting_since timestamp with time zone,
  collect_until timestamp with time zone,
  stopping_since timestamp with time zone,
  event json,
  class text,
  exit_code integer,
  reason text,
  log json,
  log_tail json,
  told boolean not null default false,
  created_at timestamp with time zone not null default now(),
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  ending_as text,
  progress json,
  constraint attempts_pkey PRIMARY KEY (id),
  constraint attempts_status_check CHECK ((status = ANY (ARRAY['starting'::text, 'running'::text, 'stopping'::text, 'collecting'::text, 'succeeded'::text, 'failed'::text, 'stopped'::text]))),
  constraint attempts_step_id_fkey FOREIGN KEY (step_id) REFERENCES steps(id),
  constraint attempts_step_id_number_key UNIQUE (step_id, number)
);
create index attempts_due on attempts USING btree (next_check_at) WHERE (status = ANY (ARRAY['starting'::text, 'running'::text, 'stopping'::text, 'collecting'::text]));
create index attempts_external on attempts USING btree (external_id);
create unique index attempts_one_live on attempts USING btree (step_id) WHERE (status = ANY (ARRAY['starting'::text, 'running'::text, 'stopping'::text, 'collecting'::text]));
create index attempts_untold on attempts USING btree (step_id) WHERE (NOT told);

create table audit (
  id bigint not null generated always as identity,
  run_id text not null,
  at timestamp with time zone not null default now(),
  who text not null,
  action text not null,
  reason text,
  constraint audit_pkey PRIMARY KEY (id)
);
create index audit_run on audit USING btree (run_id);

create table executions (
  run_id text not null,
  number integer not null,
  status text not null,
  closed_as text,
  settings json not null,
  started_by text not null,
  next_look_at timestamp with time zone not null default now(),
  lost_since timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  bundle_hash text,
  refused_by text,
  constraint executions_pkey PRIMARY KEY (run_id, number),
  constraint executions_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id),
  constraint executions_status_check CHECK ((status = ANY (ARRAY['open'::text, 'closed'::text])))
);
create index executions_look on executions USING btree (next_look_at) WHERE (status = 'open'::text);
create unique index executions_one_open on executions USING btree (run_id) WHERE (status = 'open'::text);

create table lock_slots (
  name text not null,
  slot integer not null,
  token bigint not null default 0,
  run_id text,
  lease_until timestamp with time zone,
  execution integer,
  held_since timestamp with time zone,
  latch text,
  latch_due_at timestamp with time zone,
  latch_busy_since timestamp with time zone,
  constraint lock_slots_pkey PRIMARY KEY (name, slot),
  constraint lock_slots_latch_check CHECK ((latch = ANY (ARRAY['wanted'::text, 'held'::text, 'releasing'::text]))),
  constraint lock_slots_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id)
);
create index lock_slots_latch on lock_slots USING btree (latch_due_at) WHERE (latch IS NOT NULL);
create index lock_slots_run on lock_slots USING btree (run_id);

create table locks (
  name text not null,
  slots integer not null default 1,
  token bigint not null default 0,
  external text,
  defined_at timestamp with time zone not null default '-infinity'::timestamp with time zone,
  constraint locks_pkey PRIMARY KEY (name),
  constraint locks_external_check CHECK ((external = ANY (ARRAY['redis'::text, 'dynamodb'::text]))),
  constraint locks_slots_check CHECK (((slots >= 1) AND (slots <= 1000)))
);

create table meta (
  singleton boolean not null default true,
  database_id text not null default replace((gen_random_uuid())::text, '-'::text, ''::text),
  temporal_namespace_id text,
  next_sweep_at timestamp with time zone not null default now(),
  constraint meta_pkey PRIMARY KEY (singleton),
  constraint meta_singleton_check CHECK (singleton)
);

create table outbox (
  kind text not null,
  target text not null,
  version bigint not null default nextval('outbox_version'::regclass),
  due_at timestamp with time zone not null default now(),
  tries integer not null default 0,
  claimed_until timestamp with time zone,
  constraint outbox_pkey PRIMARY KEY (kind, target),
  constraint outbox_kind_check CHECK ((kind = ANY (ARRAY['start'::text, 'wake'::text])))
);
create index outbox_due on outbox USING btree (due_at);

create table runs (
  id text not null,
  job text not null,
  run_key text not null,
  status text not null,
  reason text,
  generation integer not null default 1,
  input json,
  wait_until timestamp with time zone,
  started_at timestamp with time zone,
  slow_at timestamp with time zone,
  timeout_at timestamp with time zone,
  ended_at timestamp with time zone,
  result json,
  error json,
  records bigint,
  created_at timestamp with time zone not null default now(),
  business_date text,
  stale_since timestamp with time zone,
  starts_successors boolean not null default true,
  handler_until timestamp with time zone,
  parent text,
  constraint runs_pkey PRIMARY KEY (id),
  constraint runs_parent_fkey FOREIGN KEY (parent) REFERENCES runs(id),
  constraint runs_status_check CHECK ((status = ANY (ARRAY['expected'::text, 'waiting'::text, 'running'::text, 'stopping'::text, 'succeeded'::text, 'failed'::text, 'timedOut'::text, 'cancelled'::text, 'notRun'::text])))
);
create index runs_business_date on runs USING btree (job, business_date) WHERE (business_date IS NOT NULL);
create index runs_handler on runs USING btree (handler_until) WHERE ((status = 'stopping'::text) AND (handler_until IS NOT NULL));
create index runs_job on runs USING btree (job, run_key DESC);
create index runs_open on runs USING btree (status) WHERE (status = ANY (ARRAY['waiting'::text, 'running'::text, 'stopping'::text]));
create index runs_parent on runs USING btree (parent) WHERE ((parent IS NOT NULL) AND (status = ANY (ARRAY['waiting'::text, 'running'::text])));

create table schedules (
  job text not null,
  since timestamp with time zone not null,
  watched_from timestamp with time zone not null default now(),
  looked_at timestamp with time zone not null default now(),
  paused boolean not null default false,
  next_look_at timestamp with time zone not null default now(),
  constraint schedules_pkey PRIMARY KEY (job)
);

create table shards (
  step_id bigint not null,
  index integer not null,
  status text not null default 'pending'::text,
  attempt_id text,
  tries integer not null default 0,
  output json,
  records bigint,
  class text,
  exit_code integer,
  reason text,
  spot_losses integer not null default 0,
  memory_losses integer not null default 0,
  constraint shards_pkey PRIMARY KEY (step_id, index),
  constraint shards_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES attempts(id),
  constraint shards_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'succeeded'::text, 'failed'::text]))),
  constraint shards_step_id_fkey FOREIGN KEY (step_id) REFERENCES steps(id)
);

create table steps (
  id bigint not null generated always as identity,
  run_id text not null,
  generation integer not null,
  key text not null,
  task text not null,
  input_hash text not null,
  size integer,
  status text not null,
  created_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  constraint steps_pkey PRIMARY KEY (id),
  constraint steps_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id),
  constraint steps_run_id_generation_key_key UNIQUE (run_id, generation, key),
  constraint steps_status_check CHECK ((status = ANY (ARRAY['open'::text, 'succeeded'::text, 'failed'::text, 'stopped'::text])))
);

create table waits (
  run_id text not null,
  kind text not null,
  name text not null,
  asked bigint not null generated always as identity,
  if_busy text,
  due_at timestamp with time zone,
  met_at timestamp with time zone,
  holding boolean not null default false,
  constraint waits_pkey PRIMARY KEY (run_id, kind, name),
  constraint waits_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id)
);
create index waits_due on waits USING btree (due_at) WHERE ((kind = 'clock'::text) AND (met_at IS NULL));
create index waits_locks on waits USING btree (name, asked) WHERE ((kind = 'lock'::text) AND (met_at IS NULL));
create index waits_runs on waits USING btree (name) WHERE (kind = 'run'::text);

create table webhook_calls (
  signature_hash text not null,
  run_id text not null,
  at timestamp with time zone not null default now(),
  constraint webhook_calls_pkey PRIMARY KEY (signature_hash)
);
create index webhook_calls_at on webhook_calls USING btree (at);
