/** BATCH-003: takes users who are gone out of the rankings, and ranks the others anew, all in one transaction. */
import { finish, progress, runStep } from '../../container/index.ts';
import { type Database, inTransaction, withDatabase } from './database.ts';
import { fence } from './fence.ts';
import { readParameters } from './parameters.ts';
import { lockRankings, type TopUser, topOf } from './rankings.ts';

const shownInResult = 5;

await runStep(readParameters, () =>
  withDatabase(async (database) => {
    const result = await inTransaction(database, () => repair(database));
    finish(result, { records: result.removed + result.moved });
  }),
);

/** What the step returns to the run. */
interface Repaired {
  /** Rows of deleted users that were taken out. */
  removed: number;
  /** Rows that got another rank. */
  moved: number;
  top: TopUser[];
}

async function repair(database: Database): Promise<Repaired> {
  await lockRankings(database);
  await fence(database, 'rankings');
  const removed = await removeDeleted(database);
  const moved = await rankAnew(database);
  progress(removed + moved, removed + moved);
  await database.query('analyze shop.rankings');
  return { removed, moved, top: await topOf(database, shownInResult) };
}

async function removeDeleted(database: Database): Promise<number> {
  const { rowCount } = await database.query(
    'delete from shop.rankings where not exists (select from shop.users where id = rankings.user_id)',
  );
  return rowCount ?? 0;
}

/** Only rows that change are written: most deleted users stand far down, and few move. */
async function rankAnew(database: Database): Promise<number> {
  const { rowCount } = await database.query(
    `update shop.rankings set rank = fresh.rank
     from (select user_id, rank() over (order by score desc) as rank from shop.rankings) fresh
     where fresh.user_id = rankings.user_id and fresh.rank <> rankings.rank`,
  );
  return rowCount ?? 0;
}
