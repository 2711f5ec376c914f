/** BATCH-001, first step: the 30-day score of every user in this shard's range of user ids. */
import { finish, log, progress, runStep, shard } from '../../container/index.ts';
import { type Database, inTransaction, withDatabase } from './database.ts';
import { type Chunk, chunksOf, type IdRange, idRangeOf } from './id-range.ts';
import { readParameters } from './parameters.ts';

/** Users in one bulk statement, and between two progress lines: the design sheet's number. */
const bulkSize = 1_000;

await runStep(readParameters, ({ date }) =>
  withDatabase(async (database) => {
    const range = await idRangeOf(database, date, shard());
    log('scoring', { ...range });
    const users = await inTransaction(database, () => rescore(database, date, range));
    finish({ users }, { records: users });
  }),
);

/** Replaces the range's scores of this date, so that a second run leaves what one run leaves. */
async function rescore(database: Database, date: string, range: IdRange): Promise<number> {
  // Users without a row in shop.users may still have an old score; hence the range, not the chunks.
  await database.query('delete from shop.user_scores where business_date = $1 and user_id between $2 and $3', [
    date,
    range.from,
    range.to,
  ]);
  const chunks = await chunksOf(database, range, bulkSize);
  const total = chunks.reduce((sum, chunk) => sum + chunk.users, 0);
  let done = 0;
  for (const chunk of chunks) {
    done += await scoreChunk(database, date, chunk);
    progress(done, total);
  }
  return done;
}

/** The inner range on orders is what keeps each statement to its own piece of the index. */
async function scoreChunk(database: Database, date: string, { from, to }: Chunk): Promise<number> {
  const inserted = await database.query({
    name: 'score-chunk',
    text: `insert into shop.user_scores (business_date, user_id, score)
           select $1::date, id, coalesce(bought.amount_yen, 0)
           from shop.users
           left join (select user_id, sum(amount_yen) as amount_yen
                      from shop.orders
                      where user_id between $2 and $3
                        and ordered_at >= ($1::date - 29)::timestamp at time zone 'Asia/Tokyo'
                        and ordered_at < ($1::date + 1)::timestamp at time zone 'Asia/Tokyo'
                      group by user_id) bought on bought.user_id = id
           where id between $2 and $3`,
    values: [date, from, to],
  });
  return inserted.rowCount ?? 0;
}
