-- Up Migration

-- What a name is, beside its slots: how many it has, and the last token that was given out.
create table locks (
  name text primary key,
  slots integer not null default 1 check (slots between 1 and 1000),
  token bigint not null default 0,
  external text check (external in ('redis', 'dynamodb')),
  defined_at timestamptz not null default '-infinity'
);
insert into locks (name, token) select name, max(token) from lock_slots group by name;

-- The execution whose withLock holds the slot; null: held for the whole run.
alter table lock_slots add column execution integer;
alter table lock_slots add column held_since timestamptz;
-- The lock's key in an external store; null: there is none.
alter table lock_slots add column latch text check (latch in ('wanted', 'held', 'releasing'));
alter table lock_slots add column latch_due_at timestamptz;
alter table lock_slots add column latch_busy_since timestamptz;
create index lock_slots_latch on lock_slots (latch_due_at) where latch is not null;

-- The asker held another lock when it asked: whoever holds nothing does not keep it waiting.
alter table waits add column holding boolean not null default false;

-- The locks of withLock under which an attempt works.
create table attempt_locks (
  attempt_id text not null references attempts (id),
  name text not null,
  primary key (attempt_id, name)
);
