import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

/** What the example data looks like. The same options always make the same rows. */
export interface SeedOptions {
  /** Number of users; their ids have gaps. Default 100,000. */
  users?: number;
  /** Number of orders. Default 2,000,000. */
  orders?: number;
  /** Number of days (Asia/Tokyo) over which the orders are spread. Default 60. */
  days?: number;
  /** The last of these days, `YYYY-MM-DD`. Default 2026-11-21. */
  lastDay?: string;
  /** Another number makes other data. Default 1. */
  seed?: number;
}

/** What `seed` did: `kept` means that the same data was already there. */
export type SeedResult = 'made' | 'kept';

type DataSet = Required<SeedOptions>;

const defaults: DataSet = { users: 100_000, orders: 2_000_000, days: 60, lastDay: '2026-11-21', seed: 1 };

/** Raised whenever the statements below make other rows from the same options, so that kept data is made anew. */
const generatorVersion = 1;

/** Any number that no other program uses: it keeps two seeds of one database apart. */
const seedLock = 7_304_001;

/**
 * Creates the shop's tables and fills them, once: the same data set found in place is kept.
 * The note that says so is written last, so an interrupted seed starts over at the next call.
 * Throws when the database cannot be reached or an option makes no sense.
 */
export async function seed(databaseUrl: string, options: SeedOptions = {}): Promise<SeedResult> {
  const dataSet = checked({ ...defaults, ...options });
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'ranking seed' });
  // A lost connection also rejects the statement in flight, which is where it is handled.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [seedLock]);
    if (await isInPlace(client, dataSet)) return 'kept';
    await load(client, dataSet);
    await note(client, dataSet);
    return 'made';
  } finally {
    await client.end();
  }
}

/** What local mode calls at each start (`local.prepare` in nightshift.config.ts): the whole data set, made once. */
export function prepare(databaseUrl: string): Promise<SeedResult> {
  return seed(databaseUrl);
}

function checked(dataSet: DataSet): DataSet {
  for (const name of ['users', 'orders', 'days'] as const) {
    const value = dataSet[name];
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`seed: ${name} must be 1 or more, got ${value}`);
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(dataSet.lastDay)) {
    throw new RangeError(`seed: lastDay must look like 2026-11-21, got ${JSON.stringify(dataSet.lastDay)}`);
  }
  return dataSet;
}

async function isInPlace(client: pg.Client, dataSet: DataSet): Promise<boolean> {
  await client.query(sql('schema.sql'));
  await client.query('create table if not exists shop.seed_info (data_set jsonb not null)');
  const found = await client.query('select 1 from shop.seed_info where data_set = $1', [described(dataSet)]);
  return found.rowCount === 1;
}

function described(dataSet: DataSet): string {
  return JSON.stringify({ ...dataSet, generatorVersion });
}

function sql(file: string): string {
  return readFileSync(new URL(`./${file}`, import.meta.url), 'utf8');
}

async function load(client: pg.Client, dataSet: DataSet): Promise<void> {
  await client.query('begin');
  await client.query(`set local synchronous_commit = off; set local maintenance_work_mem = '256MB'`);
  await client.query('drop index if exists shop.orders_by_user, shop.orders_by_time');
  await client.query(`
    truncate shop.seed_info, shop.users, shop.orders, shop.daily_totals, shop.user_scores, shop.score_ranges,
             shop.rankings, shop.mail_outbox`);
  await loadUsers(client, dataSet);
  await loadOrders(client, dataSet);
  await client.query(sql('indexes.sql'));
  await client.query('commit');
  // Index-only scans need the visibility map, which only vacuum writes.
  await client.query('vacuum (analyze) shop.users');
  await client.query('vacuum (analyze) shop.orders');
}

/** Ids are 11, 12, 13, 15, 16, 17, 19 ...: every fourth is missing, as after years of users leaving. */
async function loadUsers(client: pg.Client, { users, seed: salt }: DataSet): Promise<void> {
  await client.query(
    `insert into shop.users (id, name)
     select 11 + n + n / 3,
            families[1 + (hashint8extended(n, $2::bigint * 16 + 1) & 15)] || ' ' ||
            givens[1 + (hashint8extended(n, $2::bigint * 16 + 2) & 15)]
     from generate_series(0, $1::bigint - 1) n,
          (select array['Sato','Suzuki','Takahashi','Tanaka','Ito','Watanabe','Yamamoto','Nakamura',
                        'Kobayashi','Kato','Yoshida','Yamada','Sasaki','Yamaguchi','Matsumoto','Inoue'] families,
                  array['Haruto','Aoi','Yuto','Himari','Sota','Yui','Minato','Rin',
                        'Ren','Mei','Itsuki','Sakura','Hinata','Akari','Riku','Mio'] givens) names
     order by n`,
    [users, salt],
  );
}

/**
 * Orders come in the order of time, evenly over the days; the first of a day is at its first instant in Tokyo and
 * the last at its last microsecond. Nine tenths of the users order, and few of them order much: the buyer's place is
 * a random number to the power 2.5. The prime step scatters the heavy buyers over the ids. Prices are few, so that
 * equal scores occur.
 */
async function loadOrders(client: pg.Client, { users, orders, days, lastDay, seed: salt }: DataSet): Promise<void> {
  await client.query(
    `insert into shop.orders (id, user_id, ordered_at, amount_yen)
     select n + 1,
            11 + buyer + buyer / 3,
            case position
              when day_orders - 1 then day_start + interval '24 hours' - interval '1 microsecond'
              else day_start + interval '24 hours' * (position::float8 / day_orders)
            end,
            100 * (3 + (hashint8extended(n, salt + 3) & 63))
     from (
       select n, salt,
              (floor(users * 0.9 * power((hashint8extended(n, salt + 4) & 2147483647) / 2147483648.0::float8, 2.5))::bigint
                * 15485863 % users) as buyer,
              n - first_of_day as position,
              first_of_next_day - first_of_day as day_orders,
              day_start
       from (
         select d, users, orders, salt,
                (d * orders + days - 1) / days as first_of_day,
                ((d + 1) * orders + days - 1) / days as first_of_next_day,
                ($4::date - (days - 1 - d)::int)::timestamp at time zone 'Asia/Tokyo' as day_start
         from (select $1::bigint users, $2::bigint orders, $3::bigint days, $5::bigint * 16 as salt) options,
              generate_series(0, $3::bigint - 1) d
       ) per_day, generate_series(first_of_day, first_of_next_day - 1) n
     ) placed`,
    [users, orders, days, lastDay, salt],
  );
}

async function note(client: pg.Client, dataSet: DataSet): Promise<void> {
  await client.query('insert into shop.seed_info (data_set) values ($1)', [described(dataSet)]);
}

async function main(): Promise<void> {
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) throw new Error('DATABASE_URL is not set; it names the shop database');
  console.log(`Example data: ${await seed(databaseUrl)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error: Error) => {
    // The stack alone: an error about a malformed address carries the address.
    console.error(error.stack);
    process.exitCode = 1;
  });
}
