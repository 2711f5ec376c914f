import { execFile } from 'node:child_process';
import pg from 'pg';
import { serveHealth } from '../../workers/health.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { withWorld } from '../support/world.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(2);
});
afterAll(() => temporal?.stop());

const anyPort = { host: '127.0.0.1', port: 0 };

/** The container's health check, as Docker calls it. */
function check(address: string | undefined): Promise<{ code: number; said: string }> {
  const env = { PATH: process.env.PATH, ...(address === undefined ? {} : { NIGHTSHIFT_HEALTH_ADDRESS: address }) };
  return new Promise((resolve) => {
    execFile(process.execPath, ['bin/health.js'], { env }, (error, stdout) => {
      resolve({ code: error === null ? 0 : Number(error.code), said: stdout });
    });
  });
}

test('a worker is well while it works, ill without its database, and well again', async () => {
  await withWorld(temporal, async (world) => {
    const worker = await world.startWorker({ watcherSilenceMs: 1_000 });
    const health = await serveHealth(anyPort, worker.problems);
    const address = new URL(health.url).host;

    expect(await check(address)).toEqual({ code: 0, said: '' });

    await setConnections(world.databaseUrl, false);
    try {
      const ill = await until(
        async () => {
          const answer = await check(address);
          return answer.code === 1 && answer.said.includes('watcher') ? answer : undefined;
        },
        { describe: 'the check to fail', timeoutMs: 30_000 },
      );
      expect(ill.said).toContain('database: ');
      expect(ill.said).toMatch(/watcher: no good round for \d+ s/);
      expect(ill.said).not.toContain('temporal');

      await setConnections(world.databaseUrl, true);
      await until(async () => (await check(address)).code === 0, { describe: 'the worker to be well again' });
    } finally {
      await setConnections(world.databaseUrl, true);
      await health.close();
    }
  });
});

test('a worker that has stopped taking work is ill', async () => {
  await withWorld(temporal, async (world) => {
    const worker = await world.startWorker();

    await worker.stop();

    expect(await worker.problems()).toContain('temporal: the worker takes no work');
  });
});

test('the check fails, and says why, when nobody answers and when it is not told where', async () => {
  const health = await serveHealth(anyPort, async () => []);
  const address = new URL(health.url).host;
  expect((await fetch(`http://${address}/other`)).status).toBe(404);
  await health.close();

  expect(await check(address)).toEqual({ code: 1, said: expect.stringContaining(`does not answer at ${address}`) });
  expect(await check(undefined)).toEqual({ code: 1, said: expect.stringContaining('NIGHTSHIFT_HEALTH_ADDRESS') });
});

/** Lets nobody into the database, and puts out those who are in; or lets them in again. */
async function setConnections(databaseUrl: string, allowed: boolean) {
  const url = new URL(databaseUrl);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(`alter database ${client.escapeIdentifier(name)} with allow_connections ${allowed}`);
    if (!allowed) {
      await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    }
  } finally {
    await client.end();
  }
}
