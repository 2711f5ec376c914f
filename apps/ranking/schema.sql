-- The shop's tables, as the batch design sheet names them. Safe to run again.
create schema if not exists shop;

create table if not exists shop.users (
  id bigint primary key,
  name text not null
);

create table if not exists shop.orders (
  id bigint primary key,
  user_id bigint not null,
  ordered_at timestamptz not null,
  amount_yen bigint not null
);

create table if not exists shop.daily_totals (
  day date primary key,
  orders bigint not null,
  amount_yen bigint not null
);

-- The key keeps a user from being scored twice by two shards, and finds a shard's rows when it runs again.
create table if not exists shop.user_scores (
  business_date date not null,
  user_id bigint not null,
  score bigint not null,
  primary key (business_date, user_id)
);

-- Where the user ids were cut for a business date. Shards start minutes apart and may be tried again the next
-- day: were each to look up the smallest and largest id by itself, new users would move the cuts between them.
create table if not exists shop.score_ranges (
  business_date date not null,
  shards int not null,
  lowest_id bigint not null,
  highest_id bigint not null,
  primary key (business_date, shards)
);

create table if not exists shop.rankings (
  user_id bigint primary key,
  rank bigint not null,
  score bigint not null,
  business_date date not null
);

create table if not exists shop.mail_outbox (
  business_date date not null,
  user_id bigint not null,
  rank bigint not null,
  subject text not null,
  primary key (business_date, user_id)
);

-- The newest token of each lock under which something was written. A writer with an older one is stale, and refused.
create table if not exists shop.lock_fence (
  name text primary key,
  token bigint not null
);
