/** BATCH-000: adds up the orders of one day into daily_totals. */
import { finish, progress, runStep } from '../../container/index.ts';
import { type Database, inTransaction, withDatabase } from './database.ts';
import { readParameters } from './parameters.ts';

await runStep(readParameters, ({ date }) =>
  withDatabase(async (database) => {
    const total = await inTransaction(database, () => writeDailyTotal(database, date));
    progress(total.orders, total.orders);
    finish({ date, ...total }, { records: total.orders });
  }),
);

interface DailyTotal {
  orders: number;
  amountYen: number;
}

/** A day without orders gets a row of zeros: BATCH-001 must see that it was added up. */
async function writeDailyTotal(database: Database, date: string): Promise<DailyTotal> {
  const { rows } = await database.query<{ orders: string; amount_yen: string }>(
    `insert into shop.daily_totals as kept (day, orders, amount_yen)
     select $1::date, count(*), coalesce(sum(amount_yen), 0)
     from shop.orders
     where ordered_at >= $1::date::timestamp at time zone 'Asia/Tokyo'
       and ordered_at < ($1::date + 1)::timestamp at time zone 'Asia/Tokyo'
     on conflict (day) do update set orders = excluded.orders, amount_yen = excluded.amount_yen
     returning kept.orders, kept.amount_yen`,
    [date],
  );
  return { orders: Number(rows[0]?.orders), amountYen: Number(rows[0]?.amount_yen) };
}
