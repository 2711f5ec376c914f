import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { all, type Database, openDatabase } from '../../store/database.ts';
import { latchKey } from '../../store/latches/port.ts';
import { migrate } from '../../store/migrate.ts';
import { type Contention, contendedLocks } from '../support/contended-jobs.ts';
import { type Foreign, foreignDynamoDb, foreignRedis } from '../support/foreign-latch.ts';
import { latchTable, startDynamoDb, startRedis } from '../support/latch-servers.ts';
import { withDatabase } from '../support/postgres.ts';
import { until } from '../support/until.ts';

const acquisitions = 1_000;
const processes = 3;
const limitMs = 300_000;

/** One file, so that a process that is killed is back in a third of a second. */
const program = path.join(process.cwd(), '.nightshift', `contender-${process.pid}.mjs`);
beforeAll(async () => {
  await mkdir(path.dirname(program), { recursive: true });
  const flags = ['--bundle', '--platform=node', '--format=esm', '--packages=external', '--log-level=warning'];
  const esbuild = path.join('node_modules', '.bin', 'esbuild');
  await promisify(execFile)(esbuild, ['test/support/contender.ts', ...flags, `--outfile=${program}`]);
});
afterAll(() => rm(program, { force: true }));

const variants = [
  { external: null, start: null, foreign: null },
  { external: 'redis', start: startRedis, foreign: foreignRedis },
  { external: 'dynamodb', start: startDynamoDb, foreign: foreignDynamoDb },
] as const;

test.each(variants)(
  '1,000 contended acquisitions with processes killed at random, latch $external: never two holders, tokens grow, none is left',
  ({ external, start, foreign }) =>
    withDatabase(async ({ url: databaseUrl }) => {
      const server = await start?.();
      const store = server && foreign?.(server.url);
      const db = openDatabase(databaseUrl, () => undefined);
      try {
        await migrate(databaseUrl);
        await writeWork(db);

        const kills = await contend(db, { databaseUrl, external, url: server?.url ?? null });

        expect(kills).toBeGreaterThanOrEqual(5);
        expect(await verdict(db)).toEqual({ holds: acquisitions, unfinished: 0, overlaps: [], disorder: [] });
        await nothingIsLeft(db, store);
      } finally {
        await db.end();
        await store?.close();
        await server?.stop();
      }
    }),
  limitMs + 60_000,
);

/** For each lock, runs that hold it from start to end and runs that ask for it by `withLock`, in turn. */
async function writeWork(db: Database): Promise<void> {
  await db.query(`
    create sequence referee_moments;
    create table referee_work (
      id integer primary key, job text not null, run_key text not null, lock text not null,
      done boolean not null default false);
    create table referee (
      run_id text primary key, lock text not null, token bigint not null, entered_at bigint not null, left_at bigint)`);
  await db.query(
    `insert into referee_work (id, job, run_key, lock)
     select n, (array['LISTED-', 'PARTED-'])[1 + n / 2 % 2] || lock, (date '2020-01-01' + n)::text, lock
     from (select n, ($2::text[])[1 + n % 2] as lock from generate_series(0, $1 - 1) n) numbered`,
    [acquisitions, [...contendedLocks]],
  );
}

/** Keeps the processes at work until all is done, and kills one of them again and again. Gives how often. */
async function contend(db: Database, contention: Contention): Promise<number> {
  const alive = new Set<ChildProcess>();
  let over = false;
  let kills = 0;
  const said: string[] = [];
  const keepUp = async () => {
    while (!over) {
      const child = spawn(process.execPath, [program, JSON.stringify({ ...contention, table: latchTable })], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env.PATH, AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
      });
      child.stderr.on('data', (data) => said.push(String(data)));
      const ended = once(child, 'exit');
      child.stdout.once('data', () => alive.add(child));
      const [code] = await ended;
      alive.delete(child);
      if (code !== null && code !== 0)
        throw new Error(`A contender ended with ${code}: ${said.join('').slice(-2_000)}`);
      if (code === 0) return;
    }
  };
  // By what was done and not by time: on a slow machine each process still gets something done before it is killed.
  const killer = async () => {
    for (let next = 10; !over; ) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 200));
      const [victim] = [...alive].sort(() => Math.random() - 0.5);
      if (over || victim === undefined || (await holdsSoFar(db)) < next) continue;
      next = (await holdsSoFar(db)) + 20 + Math.random() * 60;
      victim.kill('SIGKILL');
      kills += 1;
    }
  };
  const killing = killer();
  const working = Promise.all(Array.from({ length: processes }, keepUp));
  try {
    await Promise.race([until(() => allDone(db), { describe: 'all work to be done', timeoutMs: limitMs }), working]);
    await untilReleased(db);
  } finally {
    over = true;
    for (const child of alive) child.kill('SIGKILL');
    await killing;
    await working.catch(() => undefined);
  }
  return kills;
}

async function holdsSoFar(db: Database): Promise<number> {
  return (await all<{ count: number }>(db, 'select count(*) from referee', []))[0]?.count ?? 0;
}

/** Says how it stands when it is not. */
async function allDone(db: Database): Promise<true> {
  const [stand] = await all<{ left: number }>(
    db,
    `select count(*) as left, (select json_agg(w) from waits w where kind = 'lock') as waits,
       (select json_agg(l) from lock_slots l) as slots from referee_work where not done`,
    [],
  );
  if (stand?.left === 0) return true;
  throw new Error(JSON.stringify(stand));
}

/** The watchers give the last latches back. */
async function untilReleased(db: Database): Promise<void> {
  const held = 'select name from lock_slots where run_id is not null';
  await until(async () => (await db.query(held)).rowCount === 0, { describe: 'the last lock to be free' });
}

/** What the referee saw: who was inside together, and whose token was not above that of everybody before. */
async function verdict(db: Database) {
  const [counts] = await all<{ holds: number; unfinished: number }>(
    db,
    'select count(*) as holds, count(*) filter (where left_at is null) as unfinished from referee',
    [],
  );
  const overlaps = await all(
    db,
    `select a.run_id, b.run_id as beside from referee a join referee b
     on b.lock = a.lock and b.run_id <> a.run_id and b.entered_at between a.entered_at and coalesce(a.left_at, b.entered_at)`,
    [],
  );
  const disorder = await all(
    db,
    `select run_id, token, before from (
       select run_id, token, max(token) over (partition by lock order by entered_at
         rows between unbounded preceding and 1 preceding) as before from referee) ordered
     where token <= before or token < 1`,
    [],
  );
  return { ...counts, overlaps, disorder };
}

async function nothingIsLeft(db: Database, store: Foreign | undefined): Promise<void> {
  expect(await all(db, `select run_id from waits where kind = 'lock'`, [])).toEqual([]);
  expect(await all(db, 'select run_id from lock_slots where run_id is not null or latch is not null', [])).toEqual([]);
  expect(await all(db, `select id from runs where status <> 'succeeded'`, [])).toEqual([]);
  for (const lock of contendedLocks) expect(await store?.read(latchKey(lock))).toBeUndefined();
}
