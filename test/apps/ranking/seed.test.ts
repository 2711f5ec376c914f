import type pg from 'pg';
import { seed } from '../../../apps/ranking/seed.ts';
import { withDatabase } from '../../support/postgres.ts';
import { littleData, type Shop, texts, withClient, withShop } from './shop.ts';

const fingerprint = ({ client }: Pick<Shop, 'client'>) =>
  texts(
    client,
    `select (select md5(string_agg(u::text, ',' order by id)) from shop.users u),
            (select md5(string_agg(o::text, ',' order by id)) from shop.orders o)`,
  );

const value = async ({ client }: Shop, query: string) => Number((await texts(client, query))[0]?.replace(/[()]/g, ''));

async function touchesAllDays(client: pg.Client): Promise<void> {
  const local = `select ordered_at at time zone 'Asia/Tokyo' as at from shop.orders`;
  const days = await texts(
    client,
    `select at::date, min(at)::time, max(at)::time from (${local}) o group by 1 order by 1`,
  );
  expect(days).toHaveLength(60);
  expect([days[0], days[59]]).toEqual([
    '(2026-09-23,00:00:00,23:59:59.999999)',
    '(2026-11-21,00:00:00,23:59:59.999999)',
  ]);
  expect(days.filter((day) => !day.endsWith(',00:00:00,23:59:59.999999)'))).toEqual([]);
}

describe('the example data', () => {
  test('are the same each time, and other data with another seed', async () => {
    const first = await withShop(fingerprint);
    expect(await withShop(fingerprint)).toEqual(first);
    expect(await withShop(fingerprint, { ...littleData, seed: 2 })).not.toEqual(first);
  });

  test('are kept when they are there, and made anew when others are asked for', () =>
    withShop(async (shop) => {
      const first = await fingerprint(shop);
      expect(await seed(shop.databaseUrl, littleData)).toBe('kept');
      expect(await seed(shop.databaseUrl, { ...littleData, seed: 2 })).toBe('made');
      expect(await seed(shop.databaseUrl, littleData)).toBe('made');
      expect(await fingerprint(shop)).toEqual(first);
    }));

  test('that were interrupted half way are made from the start', () =>
    withDatabase(async ({ url: databaseUrl }) => {
      await withClient(databaseUrl, async (client) => {
        const running = seed(databaseUrl, { users: 20_000, orders: 2_000_000 }).catch((error: Error) => error.message);
        const loading = `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and query like '%insert into shop.orders%' and pid <> pg_backend_pid()`;
        while ((await client.query(loading)).rowCount === 0) await new Promise((done) => setImmediate(done));
        expect(await running).toContain('terminating connection');
        expect(await seed(databaseUrl, littleData)).toBe('made');
        expect(await fingerprint({ client })).toEqual(await withShop(fingerprint));
      });
    }));

  test('two seeds at once make them once', () =>
    withDatabase(async ({ url }) => {
      const both = await Promise.all([seed(url, littleData), seed(url, littleData)]);
      expect(both.toSorted()).toEqual(['kept', 'made']);
    }));

  test('hold what the ranking has to cope with', () =>
    withShop(async (shop) => {
      const spent = `select user_id, sum(amount_yen) yen, count(*) orders from shop.orders group by 1`;
      expect(await value(shop, 'select count(*) from shop.users')).toBe(2_000);
      expect(await value(shop, 'select count(*) from shop.orders')).toBe(40_000);
      expect(await value(shop, 'select max(id) from shop.users')).toBeGreaterThan(2_500);
      expect(await value(shop, `select count(*) from (${spent}) s`)).toBeLessThan(1_850);
      expect(await value(shop, `select max(orders) from (${spent}) s`)).toBeGreaterThan(400);
      expect(await value(shop, `select count(*) - count(distinct yen) from (${spent}) s`)).toBeGreaterThan(100);
      expect(
        await value(shop, `select count(*) from shop.orders where user_id not in (select id from shop.users)`),
      ).toBe(0);
    }));

  // New York sets its clocks back within the 60 days.
  test.each(['UTC', 'America/New_York'])(
    'made in a database of the zone %s touch both ends of all 60 days of Tokyo',
    (zone) =>
      withDatabase(async ({ url: databaseUrl }) => {
        await withClient(databaseUrl, (client) =>
          client.query(`alter database ${new URL(databaseUrl).pathname.slice(1)} set timezone = '${zone}'`),
        );
        await seed(databaseUrl, littleData);
        await withClient(databaseUrl, touchesAllDays);
      }),
  );

  test.each([{ users: 0 }, { orders: 1.5 }, { lastDay: 'yesterday' }])('%j is refused', async (options) => {
    await expect(seed('postgres://127.0.0.1:1/none', options)).rejects.toThrow('seed: ');
  });
});
