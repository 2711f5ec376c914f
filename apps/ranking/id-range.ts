import type { Shard } from '../../container/index.ts';
import type { Database } from './database.ts';

/** User ids from `from` to `to`, both included, as Postgres prints a bigint. */
export interface IdRange {
  from: string;
  to: string;
}

/** The users of one bulk statement. */
export interface Chunk extends IdRange {
  /** Number of users in it, at most the size asked for. */
  users: number;
}

const lowestBigint = -(2n ** 63n);
const highestBigint = 2n ** 63n - 1n;

/**
 * Gives the range of user ids that one shard works on.
 *
 * With the lowest id L, the highest H and n shards, shard i begins at L + (H - L + 1) * i / n (whole division) and ends
 * before shard i + 1 begins, so ranges touch and never overlap. The first range is open below and the last above.
 * L and H are those that the first shard of the business date saw: it writes them down, and shards that start later or
 * are tried again cut at the same places, though users have come since.
 */
export async function idRangeOf(database: Database, date: string, { index, count }: Shard): Promise<IdRange> {
  const ends = await fixedEnds(database, date, count);
  const start = (shard: bigint) => ends.lowest + ((ends.highest - ends.lowest + 1n) * shard) / BigInt(count);
  const from = index === 0 ? lowestBigint : start(BigInt(index));
  const to = index === count - 1 ? highestBigint : start(BigInt(index) + 1n) - 1n;
  return { from: String(from), to: String(to) };
}

async function fixedEnds(
  database: Database,
  date: string,
  count: number,
): Promise<{ lowest: bigint; highest: bigint }> {
  // Outside a transaction: the other shards must see the row at once. "do nothing" waits for one that is being written.
  await database.query(
    `insert into shop.score_ranges (business_date, shards, lowest_id, highest_id)
     select $1::date, $2::int, coalesce(min(id), 1), coalesce(max(id), 1) from shop.users
     on conflict do nothing`,
    [date, count],
  );
  const { rows } = await database.query<{ lowest_id: string; highest_id: string }>(
    'select lowest_id, highest_id from shop.score_ranges where business_date = $1 and shards = $2',
    [date, count],
  );
  const [row] = rows;
  if (!row) throw new Error(`The id range of ${date} is gone from shop.score_ranges while a shard was starting`);
  return { lowest: BigInt(row.lowest_id), highest: BigInt(row.highest_id) };
}

/** Cuts a range into pieces of at most `size` users each, in id order. Gaps between ids make no small pieces. */
export async function chunksOf(database: Database, range: IdRange, size: number): Promise<Chunk[]> {
  const { rows } = await database.query<{ from: string; to: string; users: string }>(
    `select min(id) as "from", max(id) as "to", count(*) as users
     from (select id, (row_number() over (order by id) - 1) / $3::int as chunk
           from shop.users where id between $1 and $2) numbered
     group by chunk order by chunk`,
    [range.from, range.to, size],
  );
  return rows.map(({ from, to, users }) => ({ from, to, users: Number(users) }));
}
