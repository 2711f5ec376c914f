-- Up Migration

-- The end of the time that a run's onFailure has; set when all that the run's body started is proved ended.
alter table runs add column handler_until timestamptz;
create index runs_handler on runs (handler_until) where status = 'stopping' and handler_until is not null;

-- The run whose runJob started this one: they are stopped together.
alter table runs add column parent text references runs (id);
create index runs_parent on runs (parent) where parent is not null and status in ('waiting', 'running');

-- A wait for the end of another run, by its id.
create index waits_runs on waits (name) where kind = 'run';

-- The workflow bundle of the worker that last served the execution, and of the one that could not replay it.
alter table executions add column bundle_hash text;
alter table executions add column refused_by text;
