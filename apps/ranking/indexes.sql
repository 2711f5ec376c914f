-- Apart from schema.sql because the seed loads first and indexes afterwards. Safe to run again.

-- A shard reads its users' orders from this index alone, in the order in which it adds them up.
create index if not exists orders_by_user on shop.orders (user_id, ordered_at) include (amount_yen);

-- Orders arrive in the order of time, so a block range index (some 50 kB) finds one day of them.
create index if not exists orders_by_time on shop.orders using brin (ordered_at);
