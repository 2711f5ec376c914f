import { takeLock } from '../../engine/take-lock.ts';
import { latchKey } from '../../store/latches/port.ts';
import { openRedisLatch } from '../../store/latches/redis.ts';
import { getRun } from '../../store/runs.ts';
import { watchDeadlines } from '../../watcher/deadlines.ts';
import { keepLatches, type LatchKeeper } from '../../watcher/keep-latches.ts';
import { type Foreign, foreignRedis } from '../support/foreign-latch.ts';
import { type LatchServer, startRedis } from '../support/latch-servers.ts';
import { type LockEngine, withLockEngine } from '../support/lock-engine.ts';
import { lockedJob } from '../support/locked-job.ts';
import { until } from '../support/until.ts';

let redis: LatchServer;
let foreign: Foreign;
beforeAll(async () => {
  redis = await startRedis();
  foreign = foreignRedis(redis.url);
}, 60_000);
afterAll(async () => {
  await foreign?.close();
  await redis?.stop();
});
beforeEach(() => foreign.release(key));

const key = latchKey('table');
const hourMs = 3_600_000;
const [first, second] = ['2026-11-01', '2026-11-02'] as const;
const jobs = (['wait', 'fail', 'skip'] as const).map((ifBusy) =>
  lockedJob(ifBusy.toUpperCase(), [{ name: 'table', ifBusy, external: 'redis' }]),
);

/** The engine, and what one cycle of a watcher does to its latches. */
async function withLatches(use: (at: LockEngine, cycle: () => Promise<unknown>) => Promise<void>): Promise<void> {
  const latch = openRedisLatch(redis.url, () => undefined);
  try {
    await withLockEngine(jobs, (at) => {
      const keeper: LatchKeeper = { ...at.engine, latches: { redis: latch }, databaseId: 'db' };
      // What is due later is made due now.
      const cycle = async () => {
        await at.engine.db.query('update lock_slots set latch_due_at = now() where latch is not null');
        return keepLatches(keeper);
      };
      return use(at, cycle);
    });
  } finally {
    await latch.close();
  }
}

test('the latch is taken after the grant and released before the next one; only then may the next run begin', () =>
  withLatches(async ({ open, ask, close, held }, cycle) => {
    expect(await open('WAIT', first)).toBe('waiting');
    expect(await held()).toEqual([`table 0 WAIT/${first} 1`]);
    await cycle();
    expect(await foreign.read(key)).toBe(`nightshift/db/1/WAIT/${first}`);
    expect(await ask(`WAIT/${first}`)).toBe('running');
    expect(await open('WAIT', second)).toBe('waiting');

    await close(`WAIT/${first}`);

    expect(await held()).toEqual([`table 0 WAIT/${first} 1`]);
    expect(await ask(`WAIT/${second}`)).toBe('waiting');
    await cycle();
    expect(await held()).toEqual([`table 0 WAIT/${second} 2`]);
    await cycle();
    expect(await foreign.read(key)).toBe(`nightshift/db/2/WAIT/${second}`);
    expect(await ask(`WAIT/${second}`)).toBe('running');
    await close(`WAIT/${second}`);
    await cycle();
    expect(await foreign.read(key)).toBeUndefined();
    expect(await held()).toEqual([]);
  }));

test('a program outside is waited for; the run keeps its slot and begins when that gives the latch back', () =>
  withLatches(async ({ open, ask, held }, cycle) => {
    await foreign.take(key, 'other', hourMs);
    await open('WAIT', first);
    await cycle();
    expect(await ask(`WAIT/${first}`)).toBe('waiting');
    expect(await held()).toEqual([`table 0 WAIT/${first} 1`]);

    await foreign.release(key);
    await cycle();

    expect(await ask(`WAIT/${first}`)).toBe('running');
  }));

test('a wait for a program outside ends, too, as lock busy, and gives the slot back', () =>
  withLatches(async ({ engine, open, held }, cycle) => {
    await foreign.take(key, 'other', hourMs);
    await open('WAIT', first);
    await cycle();
    await engine.db.query('update runs set wait_until = now()');

    await watchDeadlines(engine);
    await cycle();

    expect(await getRun(engine.db, `WAIT/${first}`)).toMatchObject({ status: 'notRun', reason: 'lockBusy' });
    expect(await held()).toEqual([]);
    expect(await foreign.read(key)).toBe('other');
  }));

test.each([
  ['FAIL', ['notRun']],
  ['SKIP', []],
])('a program outside makes the lock busy for %s, which is not run', (job, alerts) =>
  withLatches(async ({ engine, open, ask, held }, cycle) => {
    await foreign.take(key, 'other', hourMs);
    expect(await open(job, first)).toBe('waiting');
    await cycle();

    expect(await ask(`${job}/${first}`)).toBe('closed');

    await cycle();
    expect(await getRun(engine.db, `${job}/${first}`)).toMatchObject({ status: 'notRun', reason: 'lockBusy' });
    const raised = await engine.db.query('select rule from alerts');
    expect(raised.rows.map((row) => row.rule)).toEqual(alerts);
    expect(await held()).toEqual([]);
  }),
);

test('a latch that was taken and not written down is found again by its value; one that ran out is told', () =>
  withLatches(async ({ engine, open, ask }, cycle) => {
    await open('WAIT', first);
    await foreign.take(key, `nightshift/db/1/WAIT/${first}`, hourMs);
    await cycle();
    expect(await ask(`WAIT/${first}`)).toBe('running');

    await foreign.release(key);
    await foreign.take(key, 'other', hourMs);
    await cycle();

    const raised = await engine.db.query('select rule, detail from alerts');
    expect(raised.rows).toEqual([{ rule: 'latchLost', detail: { lock: 'table' } }]);
    expect(await getRun(engine.db, `WAIT/${first}`)).toMatchObject({ status: 'running' });
  }));

test('two workers at once take and release it once; a stop while it is being taken leaves none behind', () =>
  withLatches(async ({ open, close, held, engine }, cycle) => {
    await open('WAIT', first);
    await engine.db.query(`update runs set status = 'running'`);
    redis.pause();
    const taking = [cycle(), cycle()];
    await until(async () => (await claims(engine)) === 1, { describe: 'one of them to have the claim' });

    await close(`WAIT/${first}`);
    redis.resume();
    await Promise.all(taking);
    await cycle();

    expect(await foreign.read(key)).toBeUndefined();
    expect(await held()).toEqual([]);
  }));

test('a person can take a lock whose store is never reached again', () =>
  withLatches(async ({ engine, open, close, held }) => {
    await open('WAIT', first);
    await engine.db.query(`update runs set status = 'running'`);
    await close(`WAIT/${first}`);
    await open('WAIT', second);

    await takeLock(engine, { name: 'table', who: 'test', reason: 'the store is gone' });

    expect(await held()).toEqual([`table 0 WAIT/${second} 2`]);
  }));

/** Transactions that look after a latch now. */
async function claims({ db }: LockEngine['engine']): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*) from pg_locks where locktype = 'advisory' and granted and objsubid = 2
     and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows[0]?.count ?? 0;
}
