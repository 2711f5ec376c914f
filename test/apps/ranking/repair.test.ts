import { buildRankingApp, type RankingApp } from './ranking-app.ts';
import { type Shop, texts, withShop } from './shop.ts';

let app: RankingApp;
beforeAll(async () => {
  app = await buildRankingApp();
});
afterAll(() => app.remove());

const date = '2026-11-21';
const table = 'select * from shop.rankings order by user_id';

async function ranked({ databaseUrl, client }: Shop, token = 1): Promise<string[]> {
  await app.run('score', { databaseUrl, date });
  expect(await app.run('publish', { databaseUrl, date, token })).toMatchObject({ code: 0 });
  return texts(client, table);
}

/** What the table must hold: a rank is counted, not asked of rank(). */
const expected = `
  select r.user_id, 1 + (select count(*) from shop.rankings o where o.score > r.score) as rank, r.score, r.business_date
  from shop.rankings r order by user_id`;

test('users who were deleted are gone from the rankings, and the others close up', () =>
  withShop(async (shop) => {
    const { client, databaseUrl } = shop;
    await ranked(shop);
    const best = await client.query(
      'delete from shop.users where id in (select user_id from shop.rankings where rank <= 3)',
    );

    const repaired = await app.run('repair', { databaseUrl, date, token: 2 });

    expect(repaired).toMatchObject({ code: 0, output: { removed: best.rowCount, top: [{ rank: 1 }, {}, {}, {}, {}] } });
    expect(await texts(client, table)).toEqual(await texts(client, expected));
    expect(await texts(client, table)).toHaveLength(2_000 - (best.rowCount ?? 0));
    const [again] = [await app.run('repair', { databaseUrl, date, token: 2 })];
    expect(again.output).toMatchObject({ removed: 0, moved: 0 });
  }));

describe.each(['repair', 'publish'] as const)('a stale holder of the lock that runs %s', (entry) => {
  test('writes nothing once a later one has written, and says why', () =>
    withShop(async (shop) => {
      const table = await ranked(shop, 7);
      await shop.client.query('delete from shop.users where id = 500');

      const stale = await app.run(entry, { databaseUrl: shop.databaseUrl, date, token: 6 });

      expect(stale).toMatchObject({ code: 1, output: undefined });
      expect(stale.error?.message).toMatch(
        /^A later holder of the lock "rankings" has written already \[own token=6\]/,
      );
      expect(await texts(shop.client, 'select * from shop.rankings order by user_id')).toEqual(table);
      expect(await texts(shop.client, 'select token from shop.lock_fence')).toEqual(['(7)']);
    }));

  test('is not needed to refuse one that holds no lock at all', () =>
    withShop(async ({ databaseUrl }) => {
      const ended = await app.run(entry, { databaseUrl, date, token: null });

      expect(ended.error?.message).toContain('does not hold the lock "rankings"');
    }));
});
