/**
 * A process that contends for locks, to be killed at any moment: the engine's own moves, driven as Temporal drives them
 * (whoever lives goes on with an open run), and the watcher's loops for locks and latches. Told everything by the JSON that
 * it is given. The referee's tables are written by a connection of its own.
 */
import pg from 'pg';
import { jobRegistry } from '../../config/job-registry.ts';
import { askLock } from '../../engine/ask-lock.ts';
import { closeRun } from '../../engine/close-run.ts';
import type { Engine } from '../../engine/engine.ts';
import { openRun } from '../../engine/open-run.ts';
import { releaseLock } from '../../engine/release-lock.ts';
import { startRun } from '../../engine/start-run.ts';
import { defaultTimings } from '../../model/timings.ts';
import { openDatabase } from '../../store/database.ts';
import { openDynamoDbLatch } from '../../store/latches/dynamodb.ts';
import type { Latches } from '../../store/latches/port.ts';
import { openRedisLatch } from '../../store/latches/redis.ts';
import { keepLatches } from '../../watcher/keep-latches.ts';
import { keepLocks } from '../../watcher/keep-locks.ts';
import { startLoop } from '../../watcher/loop.ts';
import { type Contention, contendedJobs, lockOf } from './contended-jobs.ts';

/** Runs that one process drives at once. */
const lanes = 3;
const pauseMs = 8;

const told = JSON.parse(process.argv[2] ?? '{}') as Contention & { table: string };
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const jobs = contendedJobs(told.external);
const engine: Engine = {
  db: openDatabase(told.databaseUrl, () => undefined, 2 * lanes + 2),
  jobs: jobRegistry(jobs.map((job) => ({ job, file: 'contended.ts', exportName: job.id }))),
  project: { name: 'test', stage: 'local', timezone: 'Asia/Tokyo' },
  timings: { ...defaultTimings, leaseMs: 200, latchMs: 15 },
  log: silent,
};

startLoop('keep locks', silent, () => keepLocks(engine));
if (told.external !== null) {
  const keeper = { ...engine, latches: latches(), databaseId: 'contended' };
  startLoop('keep latches', silent, () => keepLatches(keeper));
}
process.stdout.write('contending\n');
await Promise.all(Array.from({ length: lanes }, contend));
process.exit(0);

interface Work {
  job: string;
  runKey: string;
  lock: string;
}

/** Takes up one piece of work after the other until all are done. */
async function contend(): Promise<void> {
  const referee = new pg.Client({ connectionString: told.databaseUrl });
  await referee.connect();
  for (;;) {
    const work = await takeUp(referee);
    if (work === 'none') break;
    if (work === null) await pause();
    else await carryOut(referee, work);
  }
  await referee.end();
}

/** A piece that nobody alive works on: the claim is gone with the connection of whoever had it. */
async function takeUp(referee: pg.Client): Promise<Work | null | 'none'> {
  const { rows } = await referee.query<Work & { id: number }>(
    'select id, job, run_key as "runKey", lock from referee_work where not done order by id limit 40',
  );
  // The last latches are still to be given back, and that is the watchers' work.
  if (rows.length === 0) {
    const held = await referee.query('select 1 from lock_slots where run_id is not null');
    return held.rowCount === 0 ? 'none' : null;
  }
  for (const { id, ...work } of rows) {
    const claim = await referee.query<{ got: boolean }>('select pg_try_advisory_lock(4711, $1) as got', [id]);
    if (claim.rows[0]?.got !== true) continue;
    const open = await referee.query('select 1 from referee_work where id = $1 and not done', [id]);
    if (open.rowCount === 1) return work;
    await referee.query('select pg_advisory_unlock(4711, $1)', [id]);
  }
  return null;
}

async function carryOut(referee: pg.Client, work: Work): Promise<void> {
  const { runId } = await startRun(engine, { job: work.job, runKey: work.runKey, who: 'contender' });
  while ((await openRun(engine, { runId, execution: 1 })).status === 'waiting') await untilGranted(referee, runId);
  if (work.job.startsWith('PARTED')) await holdPart(referee, runId, work.lock);
  else await hold(referee, { runId, lock: work.lock, token: await tokenOf(referee, runId) });
  await closeRun(engine, { runId, execution: 1, outcome: { status: 'succeeded', result: null } });
  await referee.query('update referee_work set done = true where job = $1 and run_key = $2', [work.job, work.runKey]);
  await referee.query('select pg_advisory_unlock(4711, id) from referee_work where job = $1 and run_key = $2', [
    work.job,
    work.runKey,
  ]);
}

/** As `withLock` does it. Who has left already only gives the lock back. */
async function holdPart(referee: pg.Client, runId: string, name: string): Promise<void> {
  const before = await referee.query<{ token: number }>(
    'select token::int from referee where run_id = $1 and left_at is not null',
    [runId],
  );
  let token = before.rows[0]?.token;
  while (token === undefined) {
    const answer = await askLock(engine, { runId, execution: 1, lock: lockOf(name, told.external) });
    if (answer.status === 'closed') return;
    if (answer.status === 'waiting') await untilGranted(referee, runId);
    else if (answer.status !== 'held') throw new Error(`${runId} asked for ${name}: ${JSON.stringify(answer)}`);
    else token = answer.token;
  }
  await hold(referee, { runId, lock: name, token });
  await releaseLock(engine, { runId, execution: 1, name, token });
}

/** What the lock is for: nobody else may be inside meanwhile. The moments are numbers of one sequence. */
async function hold(referee: pg.Client, of: { runId: string; lock: string; token: number }): Promise<void> {
  await referee.query(
    `insert into referee (run_id, lock, token, entered_at) values ($1, $2, $3, nextval('referee_moments'))
     on conflict (run_id) do nothing`,
    [of.runId, of.lock, of.token],
  );
  await pause();
  await referee.query(`update referee set left_at = nextval('referee_moments') where run_id = $1 and left_at is null`, [
    of.runId,
  ]);
}

async function tokenOf(referee: pg.Client, runId: string): Promise<number> {
  const { rows } = await referee.query<{ token: number }>(
    'select token::int from lock_slots where run_id = $1 union all select token::int from referee where run_id = $1',
    [runId],
  );
  return rows[0]?.token ?? 0;
}

async function untilGranted(referee: pg.Client, runId: string): Promise<void> {
  const missing = `
    select 1 from waits where run_id = $1 and kind = 'lock' and met_at is null
    union all select 1 from lock_slots where run_id = $1 and latch = 'wanted'`;
  while ((await referee.query(missing, [runId])).rowCount !== 0) await pause();
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pauseMs));
}

function latches(): Latches {
  const url = told.url ?? '';
  if (told.external === 'redis') return { redis: openRedisLatch(url, () => undefined) };
  return { dynamodb: openDynamoDbLatch({ table: told.table, region: 'ap-northeast-1', endpoint: url }) };
}
