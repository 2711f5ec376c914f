import { compareRankings } from './compare-rankings.ts';
import { buildRankingApp, type RankingApp } from './ranking-app.ts';
import { type Shop, texts, withShop } from './shop.ts';

let app: RankingApp;
beforeAll(async () => {
  app = await buildRankingApp();
});
afterAll(() => app.remove());

/** Scores with so many shards at once, then publishes. */
async function rank({ databaseUrl }: Shop, date: string, count = 4) {
  const shards = await Promise.all(
    Array.from({ length: count }, (_, index) => app.run('score', { databaseUrl, date, shard: { index, count } })),
  );
  expect(shards.map(({ code, error }) => ({ code, error }))).toEqual(shards.map(() => ({ code: 0, error: undefined })));
  return { shards, published: await app.run('publish', { databaseUrl, date }) };
}

describe('the ranking of a business date', () => {
  test('is what the design sheet says, to the last row', () =>
    withShop(async (shop) => {
      const { shards, published } = await rank(shop, '2026-11-21');
      expect(published).toMatchObject({ code: 0, records: 2_000, output: { records: 2_000 } });
      expect(shards.map(({ records }) => records)).toEqual([500, 500, 500, 500]);
      expect(await compareRankings(shop.client, '2026-11-21')).toEqual([]);
    }));

  test('leaves out the days after it and before its 30 days', () =>
    withShop(async (shop) => {
      await rank(shop, '2026-11-10', 3);
      expect(await compareRankings(shop.client, '2026-11-10')).toEqual([]);
      expect(await compareRankings(shop.client, '2026-11-11')).not.toEqual([]);
    }));

  test('counts the days of Tokyo, gives equal scores equal ranks, and 0 to who bought nothing', () =>
    withShop(async (shop) => {
      await shop.client.query(`
        truncate shop.users, shop.orders;
        insert into shop.users values (1, 'a'), (2, 'b'), (3, 'c'), (500, 'd'), (9000000000, 'e');
        insert into shop.orders values
          (1, 1, '2026-10-22T23:59:59.999999+09', 1000), (2, 1, '2026-10-23T00:00:00+09', 7),
          (3, 2, '2026-11-21T23:59:59.999999+09', 7),    (4, 2, '2026-11-22T00:00:00+09', 1000),
          (5, 3, '2026-11-01T12:00:00+09', 5), (6, 9000000000, '2026-11-01T12:00:00+09', 9), (7, 77, '2026-11-01T12:00:00+09', 99)`);
      const { published } = await rank(shop, '2026-11-21');
      expect(published.output).toEqual({
        records: 5,
        top: [
          { rank: 1, userId: 9_000_000_000, name: 'e', score: 9 },
          { rank: 2, userId: 1, name: 'a', score: 7 },
          { rank: 2, userId: 2, name: 'b', score: 7 },
          { rank: 4, userId: 3, name: 'c', score: 5 },
          { rank: 5, userId: 500, name: 'd', score: 0 },
        ],
      });
      expect(await compareRankings(shop.client, '2026-11-21')).toEqual([]);
    }));

  test('of a shop without users is empty', () =>
    withShop(async (shop) => {
      await shop.client.query('truncate shop.users');
      const { published } = await rank(shop, '2026-11-21');
      expect(published).toMatchObject({ code: 0, output: { records: 0, top: [] } });
    }));

  test.each([
    ['a wrong score', 'update shop.rankings set score = score + 1 where user_id = 500', 1],
    ['a wrong rank', 'update shop.rankings set rank = rank + 1 where user_id = 500', 1],
    ['a wrong date', `update shop.rankings set business_date = '2026-11-20' where user_id = 500`, 1],
    ['a missing row', 'delete from shop.rankings where user_id = 500', 1],
    ['a row too many', `insert into shop.rankings values (14, 1, 1, '2026-11-21')`, 1],
  ])('with %s does not pass the check', (_, planted, differences) =>
    withShop(async (shop) => {
      await rank(shop, '2026-11-21', 1);
      const { rowCount } = await shop.client.query(planted);
      expect(rowCount).toBe(1);
      expect(await compareRankings(shop.client, '2026-11-21')).toHaveLength(differences);
    }),
  );
});

describe('the night', () => {
  test('adds up the day, ranks, and writes a mail to each of the 1,000 best', () =>
    withShop(async (shop) => {
      const told = { databaseUrl: shop.databaseUrl, date: '2026-11-21' };
      const aggregated = await app.run('aggregate', told);
      await rank(shop, told.date);
      const notified = await app.run('notify', told);
      const day = `from shop.orders where (ordered_at at time zone 'Asia/Tokyo')::date = '2026-11-21'`;
      const totals = await texts(shop.client, 'select * from shop.daily_totals');
      expect(totals).toEqual(await texts(shop.client, `select '2026-11-21'::date, count(*), sum(amount_yen) ${day}`));
      expect(aggregated.records).toBe(666);
      expect(notified).toMatchObject({ code: 0, records: 1_000, output: { mails: 1_000 } });
      const best = `select business_date, user_id, rank from shop.rankings order by rank, user_id limit 1000`;
      const mails = `select business_date, user_id, rank from shop.mail_outbox order by rank, user_id`;
      expect(await texts(shop.client, mails)).toEqual(await texts(shop.client, best));
    }));

  test('run twice leaves what once leaves', () =>
    withShop(async (shop) => {
      const told = { databaseUrl: shop.databaseUrl, date: '2026-11-21' };
      const night = async () => {
        await app.run('aggregate', told);
        await rank(shop, told.date, 2);
        await app.run('notify', told);
        const left: string[][] = [];
        for (const table of ['daily_totals', 'user_scores', 'rankings', 'mail_outbox']) {
          left.push(await texts(shop.client, `select * from shop.${table} order by 1, 2`));
        }
        return left;
      };
      expect(await night()).toEqual(await night());
    }));

  test('a day without orders is added up to zero', () =>
    withShop(async (shop) => {
      const ended = await app.run('aggregate', { databaseUrl: shop.databaseUrl, date: '2026-12-24' });
      expect(ended).toMatchObject({ code: 0, records: 0, output: { date: '2026-12-24', orders: 0, amountYen: 0 } });
    }));
});

describe('shards', () => {
  test.each([1, 3, 7])('%i of them score every user once', (count) =>
    withShop(async (shop) => {
      await rank(shop, '2026-11-21', count);
      const scored = await texts(shop.client, 'select user_id from shop.user_scores order by user_id');
      expect(scored).toEqual(await texts(shop.client, 'select id from shop.users order by id'));
    }),
  );

  test('of which one starts after new users came still score every user once', () =>
    withShop(async (shop) => {
      const told = { databaseUrl: shop.databaseUrl, date: '2026-11-21' };
      const score = (index: number) => app.run('score', { ...told, shard: { index, count: 3 } });
      await Promise.all([score(0), score(1)]);
      await shop.client.query(`insert into shop.users select id, 'new' from generate_series(100000, 101000) id`);
      await shop.client.query(`insert into shop.orders values (900001, 100500, '2026-11-20T12:00:00+09', 1)`);
      expect(await score(2)).toMatchObject({ code: 0 });
      await app.run('publish', told);
      const scored = await texts(shop.client, 'select user_id from shop.user_scores order by user_id');
      expect(scored).toEqual(await texts(shop.client, 'select id from shop.users order by id'));
      expect(await compareRankings(shop.client, '2026-11-21')).toEqual([]);
    }));

  test('report progress each 1,000 records', () =>
    withShop(async (shop) => {
      const { shards, published } = await rank(shop, '2026-11-21', 1);
      const each = [
        { done: 1_000, total: 2_000 },
        { done: 2_000, total: 2_000 },
      ];
      expect([shards[0]?.progress, published.progress]).toEqual([each, each]);
    }));
});
