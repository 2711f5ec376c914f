import { progress } from '../../container/index.ts';
import type { Database } from './database.ts';

/** One of the best, as the run's result shows it. */
export interface TopUser {
  rank: number;
  userId: number;
  name: string;
  /** Yen spent on the 30 days. */
  score: number;
}

/** Users in one bulk statement, and between two progress lines: the design sheet's number. */
const bulkSize = 1_000;

/**
 * Waits for the writers of shop.rankings, at most the transaction's lock timeout, and keeps them out until it ends.
 * Rows are locked in id order, as every writer does, so that no two wait for each other. An empty table has no rows to
 * lock, hence the advisory lock first: two first publishes would otherwise both insert.
 */
export async function lockRankings(database: Database): Promise<void> {
  await database.query(`select pg_advisory_xact_lock(hashtextextended('shop.rankings', 0))`);
  await database.query(
    'select count(*) from (select user_id from shop.rankings order by user_id for update) locked_in_id_order',
  );
}

/**
 * Deletes all rankings and inserts those of the date, reporting progress; returns how many there are.
 * Throws when a score is missing.
 *
 * Indexes stay on: dropping the table's only index would lock readers out until the commit, and it costs a quarter of
 * a second at 100,000 rows. What is cleared at the end is what the change made wrong, the planner's statistics.
 */
export async function replaceRankings(database: Database, date: string): Promise<number> {
  const total = await rank(database, date);
  await checkScores(database, date);
  await database.query('delete from shop.rankings');
  let done = 0;
  for (let chunk = 0; done < total; chunk += 1) {
    done += await insertChunk(database, date, chunk);
    progress(done, total);
  }
  await database.query('analyze shop.rankings');
  return done;
}

/**
 * Ranks everybody once, into a table of this transaction alone, numbered and stored by user id for the bulk statements.
 * The two sorts of 100,000 rows go to disk with Postgres's default of 4 MB.
 */
async function rank(database: Database, date: string): Promise<number> {
  await database.query(`set local work_mem = '64MB'`);
  const ranked = await database.query(
    `create temporary table ranked on commit drop as
     select ranks.*, (row_number() over (order by user_id) - 1) / $2::int as chunk
     from (select users.id as user_id, coalesce(score, 0) as score, score is null as unscored,
                  rank() over (order by coalesce(score, 0) desc) as rank
           from shop.users
           left join shop.user_scores on user_id = users.id and business_date = $1::date) ranks`,
    [date, bulkSize],
  );
  await database.query('create index on ranked (chunk)');
  return ranked.rowCount ?? 0;
}

/**
 * Throws when somebody who bought something in the period has no score: a shard is missing, or its work was undone.
 * Who has come since the shards ran may lack one, and rightly gets 0.
 */
async function checkScores(database: Database, date: string): Promise<void> {
  const { rows } = await database.query<{ missing: string }>(
    `select count(*) as missing
     from pg_temp.ranked
     where unscored
       and exists (select from shop.orders
                   where user_id = ranked.user_id
                     and ordered_at >= ($1::date - 29)::timestamp at time zone 'Asia/Tokyo'
                     and ordered_at < ($1::date + 1)::timestamp at time zone 'Asia/Tokyo')`,
    [date],
  );
  const missing = Number(rows[0]?.missing);
  if (missing > 0)
    throw new Error(`${missing} users with orders have no score of ${date}. Run all score shards first.`);
}

async function insertChunk(database: Database, date: string, chunk: number): Promise<number> {
  const inserted = await database.query({
    name: 'insert-rankings',
    text: `insert into shop.rankings (user_id, rank, score, business_date)
           select user_id, rank, score, $1 from pg_temp.ranked where chunk = $2`,
    values: [date, chunk],
  });
  if (!inserted.rowCount) throw new Error(`Chunk ${chunk} of the ranking is empty; the table ranked has holes`);
  return inserted.rowCount;
}

/** The first `count` users by rank; of equal ones the lowest ids. */
export async function topOf(database: Database, count: number): Promise<TopUser[]> {
  const { rows } = await database.query<{ rank: string; user_id: string; name: string; score: string }>(
    `select rank, user_id, name, score
     from (select * from shop.rankings order by rank, user_id limit $1) best
     join shop.users on id = user_id
     order by rank, user_id`,
    [count],
  );
  return rows.map((row) => ({
    rank: Number(row.rank),
    userId: Number(row.user_id),
    name: row.name,
    score: Number(row.score),
  }));
}
