/** BATCH-002: one mail for each of the 1,000 best of the business date. */
import { finish, progress, runStep } from '../../container/index.ts';
import { type Database, inTransaction, withDatabase } from './database.ts';
import { readParameters } from './parameters.ts';

const mailsToWrite = 1_000;

await runStep(readParameters, ({ date }) =>
  withDatabase(async (database) => {
    const mails = await inTransaction(database, () => writeMails(database, date));
    progress(mails, mails);
    finish({ mails }, { records: mails });
  }),
);

/** Replaces the date's mails. Users of equal rank go in the order of their ids, so that the cut is always the same. */
async function writeMails(database: Database, date: string): Promise<number> {
  await database.query('delete from shop.mail_outbox where business_date = $1', [date]);
  const inserted = await database.query(
    `insert into shop.mail_outbox (business_date, user_id, rank, subject)
     select business_date, user_id, rank, 'Your rank of ' || business_date || ' is ' || rank
     from shop.rankings where business_date = $1
     order by rank, user_id limit $2`,
    [date, mailsToWrite],
  );
  const mails = inserted.rowCount ?? 0;
  if (mails === 0) throw new Error(`shop.rankings holds no rank of ${date}. Run BATCH-001 for that date first.`);
  return mails;
}
