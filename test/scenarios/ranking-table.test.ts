import { buildRankingApp, type RankingApp } from '../apps/ranking/ranking-app.ts';
import { type Shop, texts, withClient, withShop } from '../apps/ranking/shop.ts';
import { until } from '../support/until.ts';

let app: RankingApp;
beforeAll(async () => {
  app = await buildRankingApp();
});
afterAll(() => app.remove());

const date = '2026-11-21';

/** The ranking of the date, from all its scores. */
async function ranked({ databaseUrl }: Shop) {
  await app.run('score', { databaseUrl, date });
  expect(await app.run('publish', { databaseUrl, date })).toMatchObject({ code: 0 });
}

const untilItWaits = ({ client }: Shop) =>
  until(
    async () =>
      (
        await texts(
          client,
          `select pid from pg_stat_activity where application_name = 'ranking' and wait_event_type = 'Lock'`,
        )
      ).length === 1,
    { describe: 'publish to wait for the row' },
  );

test('rows are locked in id order: a writer that holds a low id can still take a high one', () =>
  withShop(async (shop) => {
    await ranked(shop);
    // Its newest version is the last of the table's file: whoever locks in the file's order comes to it last.
    await shop.client.query('update shop.rankings set rank = rank where user_id = 12');
    const last = await texts(shop.client, 'select user_id from shop.rankings order by ctid desc limit 1');
    expect(last).toEqual(['(12)']);

    await withClient(shop.databaseUrl, async (other) => {
      await other.query('begin');
      await other.query('select from shop.rankings where user_id = 12 for update');
      const publishing = app.run('publish', { databaseUrl: shop.databaseUrl, date });
      await untilItWaits(shop);

      const high = other.query('select from shop.rankings where user_id = 900 for update nowait');

      await expect(high).resolves.toMatchObject({ rowCount: 1 });
      await other.query('commit');
      expect(await publishing).toMatchObject({ code: 0 });
    });
  }));

test('a locked row is waited for ten seconds, and not longer', () =>
  withShop(async (shop) => {
    await ranked(shop);

    const ended = await withClient(shop.databaseUrl, async (other) => {
      await other.query('begin');
      await other.query('select from shop.rankings where user_id = 500 for update');
      return app.run('publish', { databaseUrl: shop.databaseUrl, date });
    });

    const lines = ended.stdout.trimEnd().split('\n');
    const { state, durationMs } = JSON.parse(lines.at(-1) ?? '{}');
    expect({ state, code: ended.error?.code }).toEqual({ state: 'failed', code: '55P03' });
    expect(durationMs).toBeGreaterThanOrEqual(10_000);
    expect(durationMs).toBeLessThan(15_000);
  }));

test("the planner's statistics of the rankings are fresh after each ranking", () =>
  withShop(async (shop) => {
    await ranked(shop);

    // The server counts a little later than the transaction ends.
    const analyzed = `select analyze_count from pg_stat_all_tables where relid = 'shop.rankings'::regclass and analyze_count > 0`;
    await until(async () => (await texts(shop.client, analyzed)).length === 1, { describe: 'the statistics' });
  }));
