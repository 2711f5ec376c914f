/** BATCH-001, last step: ranks the scores of the business date and replaces the rankings, all in one transaction. */
import { finish, runStep } from '../../container/index.ts';
import { type Database, inTransaction, withDatabase } from './database.ts';
import { fence } from './fence.ts';
import { readParameters } from './parameters.ts';
import { lockRankings, replaceRankings, type TopUser, topOf } from './rankings.ts';

const shownInResult = 5;

await runStep(readParameters, ({ date }) =>
  withDatabase(async (database) => {
    const result = await inTransaction(database, () => publish(database, date));
    finish(result, { records: result.records });
  }),
);

/** What the step returns to the run. */
interface Published {
  /** Number of ranked users. */
  records: number;
  top: TopUser[];
}

async function publish(database: Database, date: string): Promise<Published> {
  await lockRankings(database);
  await fence(database, 'rankings');
  const records = await replaceRankings(database, date);
  return { records, top: await topOf(database, shownInResult) };
}
