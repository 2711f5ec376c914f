import { until } from '../../support/until.ts';
import { compareRankings } from './compare-rankings.ts';
import { buildRankingApp, type RankingApp } from './ranking-app.ts';
import { type Shop, texts, withClient, withShop } from './shop.ts';

let app: RankingApp;
beforeAll(async () => {
  app = await buildRankingApp();
});
afterAll(() => app.remove());

const date = '2026-11-21';
const table = 'select * from shop.rankings order by user_id';

/** Gives the old ranking of the day before, and all scores of the date, so that only publishing is left. */
async function readyToPublish({ databaseUrl, client }: Shop): Promise<string[]> {
  await app.run('score', { databaseUrl, date: '2026-11-20' });
  await app.run('publish', { databaseUrl, date: '2026-11-20' });
  await app.run('score', { databaseUrl, date });
  const old = await texts(client, table);
  expect(old).toHaveLength(2_000);
  return old;
}

/** The processes of the app that wait for a lock in this shop. */
const waiting = ({ client }: Shop) =>
  texts(
    client,
    `select pid from pg_stat_activity
     where application_name = 'ranking' and wait_event_type = 'Lock' and datname = current_database()`,
  );

describe('publishing', () => {
  test('that fails while inserting leaves the old table', () =>
    withShop(async (shop) => {
      const old = await readyToPublish(shop);
      await shop.client.query(`alter table shop.rankings add constraint bad check (user_id < 2000) not valid`);
      const ended = await app.run('publish', { databaseUrl: shop.databaseUrl, date });
      expect(ended).toMatchObject({ code: 1, output: undefined, error: { code: '23514', errorCount: 1 } });
      expect(ended.progress.length).toBeGreaterThan(0);
      expect(await texts(shop.client, table)).toEqual(old);
    }));

  test.each([
    ['SIGKILL', null],
    ['SIGTERM', 143],
  ] as const)('that is ended by %s leaves the old table, and the next one succeeds', (signal, code) =>
    withShop(async (shop) => {
      const old = await readyToPublish(shop);
      await withClient(shop.databaseUrl, async (other) => {
        await other.query('begin');
        await other.query('select from shop.rankings where user_id = 500 for update');
        const program = app.start('publish', { databaseUrl: shop.databaseUrl, date });
        await until(async () => (await waiting(shop)).length === 1, { describe: 'publish to wait for the row' });
        program.process.kill(signal);
        expect(await program.ended).toMatchObject({ code, output: undefined });
        await other.query('rollback');
      });
      expect(await texts(shop.client, table)).toEqual(old);
      expect(await app.run('publish', { databaseUrl: shop.databaseUrl, date })).toMatchObject({ code: 0 });
      expect(await compareRankings(shop.client, date)).toEqual([]);
    }),
  );

  test('gives up after 10 s when a row stays locked, and leaves the old table', () =>
    withShop(async (shop) => {
      const old = await readyToPublish(shop);
      const ended = await withClient(shop.databaseUrl, async (other) => {
        await other.query('begin');
        await other.query('select from shop.rankings where user_id = 500 for update');
        return app.run('publish', { databaseUrl: shop.databaseUrl, date });
      });
      expect(ended).toMatchObject({
        code: 1,
        error: { code: '55P03', message: expect.stringContaining('lock timeout') },
      });
      expect(await texts(shop.client, table)).toEqual(old);
    }));

  test.each([
    ['into an empty table', 'truncate shop.rankings'],
    ['over an old table', 'select 1'],
  ])('twice at once %s leaves one right table', (_, prepare) =>
    withShop(async (shop) => {
      await readyToPublish(shop);
      await shop.client.query(prepare);
      const both = await withClient(shop.databaseUrl, async (other) => {
        // Holds off changes but not row locks, so that both are under way before either can write.
        await other.query('begin');
        await other.query('lock table shop.rankings in share mode');
        const runs = [1, 2].map(() => app.run('publish', { databaseUrl: shop.databaseUrl, date }));
        await until(async () => (await waiting(shop)).length === 2, { describe: 'both to wait' });
        await other.query('commit');
        return Promise.all(runs);
      });
      expect(both.map(({ code }) => code)).toEqual([0, 0]);
      expect(both[0]?.output).toEqual(both[1]?.output);
      expect(await compareRankings(shop.client, date)).toEqual([]);
    }),
  );

  test('without one shard of the scores fails and says so', () =>
    withShop(async (shop) => {
      const old = await readyToPublish(shop);
      await shop.client.query('delete from shop.user_scores where user_id between 500 and 900');
      const ended = await app.run('publish', { databaseUrl: shop.databaseUrl, date });
      expect(ended).toMatchObject({ code: 1, output: undefined });
      expect(ended.error?.message).toMatch(/^\d+ users with orders have no score of 2026-11-21/);
      expect(await texts(shop.client, table)).toEqual(old);
    }));
});

describe('a failing step', () => {
  test('that lacks a table logs the error with its stack, and no secret', () =>
    withShop(async (shop) => {
      await shop.client.query('drop table shop.user_scores');
      const ended = await app.run('score', { databaseUrl: shop.databaseUrl, date });
      expect(ended).toMatchObject({ code: 1, output: undefined, error: { code: '42P01', errorCount: 1 } });
      expect(ended.error?.stack).toMatch(/user_scores.*\n\s+at /);
      expect(ended.stdout + ended.stderr).not.toContain(shop.databaseUrl);
    }));

  test('that cannot reach its database does not print the address', async () => {
    const databaseUrl = 'postgres://shop:hunter2@127.0.0.1:1/shop';
    const ended = await app.run('publish', { databaseUrl, date });
    expect(ended).toMatchObject({ code: 1, error: { code: 'ECONNREFUSED' } });
    expect(ended.stdout + ended.stderr).not.toContain('hunter2');
    const refused = await app.run('publish', { databaseUrl: 'postgres://shop:hunter2@[/shop', date });
    expect(refused.code).toBe(1);
    expect(refused.stdout + refused.stderr).not.toContain('hunter2');
  });

  test('of scores that add up beyond a bigint leaves the scores that were there', () =>
    withShop(async (shop) => {
      await app.run('score', { databaseUrl: shop.databaseUrl, date });
      const old = await texts(shop.client, 'select * from shop.user_scores order by user_id');
      await shop.client.query(`insert into shop.orders
        select 900000 + n, 500, '2026-11-20T12:00:00+09', 9223372036854775807 from generate_series(1, 2) n`);
      expect(await app.run('score', { databaseUrl: shop.databaseUrl, date })).toMatchObject({
        code: 1,
        output: undefined,
      });
      expect(await texts(shop.client, 'select * from shop.user_scores order by user_id')).toEqual(old);
    }));

  test.each(['2026-02-30', '21.11.2026', ''])('the date %j is refused before anything is read', async (wrong) => {
    const ended = await app.run('aggregate', { databaseUrl: 'postgres://127.0.0.1:1/shop', date: wrong });
    expect(ended).toMatchObject({ code: 1, error: { message: expect.stringContaining('{"date":"2026-11-21"}') } });
  });

  test('mails without a ranking of the date are refused', () =>
    withShop(async (shop) => {
      const ended = await app.run('notify', { databaseUrl: shop.databaseUrl, date });
      expect(ended.error?.message).toContain('shop.rankings holds no rank of 2026-11-21');
    }));
});
