import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { seed } from '../apps/ranking/seed.ts';
import { createAppImages } from '../local/apps/app-images.ts';
import { parseRunId } from '../model/run-id.ts';
import { type Bench, type Benchmark, type Row, repeats, rowForScale } from './benchmark.ts';
import { rankInOneTransaction, tidy } from './best-ranking.ts';
import { createDatabase, withClient } from './postgres-database.ts';
import { median } from './statistics.ts';
import { makeWorld, type World } from './world.ts';

/** The main job through the whole engine, against the one best SQL transaction on the same database. */
export const rankingJob: Benchmark = { name: 'ranking', measure };

async function measure(bench: Bench): Promise<Row[]> {
  const shop = await createDatabase(await bench.servers.postgres());
  bench.scope.defer(() => shop.drop());
  bench.progress('making 100,000 users and 2,000,000 orders');
  await seed(shop.url);
  const app = await createAppImages({ directory: bench.directory }).image('ranking');
  const world = await makeWorld(bench, {
    images: { ranking: app },
    secrets: { 'shop/database': shop.url },
    // As in local mode: the four shards run side by side.
    maxVcpus: 8,
  });
  await world.startWorker();
  const times: { job: number; sql: number; start: number }[] = [];
  for (let round = 0; round <= repeats; round += 1) {
    const start = await processStartMs(app.directory);
    const sql = await sqlMs(shop.url);
    const job = await jobMs(world, shop.url);
    // The first round warms the caches of the system and of Postgres.
    if (round > 0) times.push({ job, sql, start });
  }
  return rows(times);
}

function rows(times: { job: number; sql: number; start: number }[]): Row[] {
  const middle = (of: (time: { job: number; sql: number; start: number }) => number) => median(times.map(of));
  return [
    {
      what: 'ranking of 100,000 users from 2,000,000 orders, without process start',
      measured: middle(({ job, start }) => job - start),
      unit: 'ms',
      reference: { what: 'one SQL transaction', value: middle(({ sql }) => sql) },
      atMost: 1.5,
    },
    rowForScale({ what: 'the whole run', measured: middle(({ job }) => job), unit: 'ms' }),
    rowForScale({ what: 'of that: start of its processes', measured: middle(({ start }) => start), unit: 'ms' }),
  ];
}

async function sqlMs(url: string): Promise<number> {
  return withClient(url, async (client) => {
    await tidy(client);
    const before = performance.now();
    await rankInOneTransaction(client, '2026-11-21');
    return performance.now() - before;
  });
}

async function jobMs(world: World, url: string): Promise<number> {
  await withClient(url, tidy);
  const before = Date.now();
  const runId = await world.start('BATCH-001');
  const run = await world.succeeds(runId);
  const took = (run.endedAt?.getTime() ?? Number.NaN) - before;
  await withClient(url, (client) =>
    client.query('delete from shop.user_scores where business_date = $1', [parseRunId(runId).runKey]),
  );
  return took;
}

/** The programs as the run starts them, four at once and then one, without anything to do: they end for want of input. */
async function processStartMs(directory: string): Promise<number> {
  const before = performance.now();
  await Promise.all(Array.from({ length: 4 }, () => ends(directory, 'score.js')));
  await ends(directory, 'publish.js');
  return performance.now() - before;
}

async function ends(directory: string, program: string): Promise<void> {
  const env = { PATH: process.env.PATH ?? '' };
  await once(spawn('node', [program], { cwd: directory, env, stdio: 'ignore' }), 'exit');
}
