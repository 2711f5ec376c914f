import type pg from 'pg';

/**
 * The ranking of a date as the one best SQL transaction makes it: everything in the database, one statement to delete
 * and one to insert. What the job takes is compared with this.
 */
export async function rankInOneTransaction(client: pg.Client, date: string): Promise<void> {
  await client.query('begin');
  await client.query(`set local work_mem = '64MB'`);
  await client.query('delete from shop.rankings');
  await client.query(
    `insert into shop.rankings (user_id, rank, score, business_date)
     select users.id, rank() over (order by coalesce(yen, 0) desc), coalesce(yen, 0), $1::date
     from shop.users
     left join (select user_id, sum(amount_yen) as yen
                from shop.orders
                where ordered_at >= ($1::date - 29)::timestamp at time zone 'Asia/Tokyo'
                  and ordered_at < ($1::date + 1)::timestamp at time zone 'Asia/Tokyo'
                group by user_id) bought on bought.user_id = users.id`,
    [date],
  );
  await client.query('commit');
}

/** Leaves the tables as a night finds them: what the last ranking made dead is gone. */
export async function tidy(client: pg.Client): Promise<void> {
  await client.query('vacuum (analyze) shop.rankings');
  await client.query('vacuum (analyze) shop.user_scores');
  await client.query('checkpoint');
}
