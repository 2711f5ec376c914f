import { startRun } from '../../engine/start-run.ts';
import { stopRun } from '../../engine/stop-run.ts';
import { eventTypes } from '../histories/fetch-history.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { type World, withWorld } from '../support/world.ts';
import { holderOf, tell, untell } from '../support/world-facts.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(8);
});
afterAll(() => temporal.stop());

const ask = async (world: World, job: string, runKey: string) =>
  (await startRun(world.engine, { job, runKey, who: 'test', input: { dir: world.dir } })).runId;

test('withLock holds a lock around a part: only the containers in it get the token, and the next waits for its end', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold-inside');
    const first = await ask(world, 'PARTED', '2026-11-01');
    await until(async () => (await holderOf(world, 'part'))?.runId === first, { describe: 'the lock to be held' });
    const second = await ask(world, 'PARTED', '2026-11-02');
    await until(async () => (await asking(world)).length === 1, { describe: 'the second to ask' });

    untell(world, 'hold-inside');

    expect((await world.ends(first)).result).toEqual({ tokens: [{}, { part: 1 }, {}] });
    expect((await world.ends(second)).result).toEqual({ tokens: [{}, { part: 2 }, {}] });
    expect(await holderOf(world, 'part')).toEqual({ runId: null, token: 2 });
    const [one, two] = await insides(world);
    expect(two?.startedAt.getTime()).toBeGreaterThanOrEqual(one?.endedAt.getTime() ?? Number.POSITIVE_INFINITY);
  }));

test('a busy lock is skipped, or fails the run, when the part says so', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold-inside');
    const holder = await ask(world, 'PARTED', '2026-11-01');
    await until(async () => (await holderOf(world, 'part'))?.runId === holder, { describe: 'the lock to be held' });

    const skipped = await world.ends(await ask(world, 'HASTY', '2026-11-01'));
    const failed = await world.ends(await ask(world, 'TOUCHY', '2026-11-01'));

    expect(skipped).toMatchObject({ status: 'succeeded', result: { skipped: true } });
    expect(failed).toMatchObject({ status: 'failed', error: { class: 'lockBusy' } });
    expect(failed.error?.message).toContain(`held by, or asked for earlier by, ${holder}`);
    expect(await asking(world)).toEqual([]);
    untell(world, 'hold-inside');
    await world.ends(holder);
    expect((await world.ends(await ask(world, 'HASTY', '2026-11-02'))).result).toEqual({ skipped: false });
  }));

test('a lock inside one whose name comes later is refused at once, and both are named', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();

    const run = await world.ends(await world.start('BACKWARDS'));

    expect(run).toMatchObject({ status: 'failed', error: { class: 'jobCode' } });
    expect(run.error?.message).toMatch(/withLock\("early"\).*holds "late" already.*alphabetical order/);
    expect(await holderOf(world, 'late')).toMatchObject({ runId: null });
  }));

test('a part that fails keeps its lock until the other work in it has ended', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold-two', 'fail-one');
    const run = await world.start('PAIR');
    await heardOfFailure(world, run);
    expect(await holderOf(world, 'part')).toMatchObject({ runId: run });
    expect(Object.keys(await stepsOf(world, run)).sort()).toEqual(['one', 'two']);

    untell(world, 'hold-two');

    expect(await world.ends(run)).toMatchObject({ status: 'succeeded' });
    const free = await insides(world, ['two', 'later']);
    expect(free[1]?.startedAt.getTime()).toBeGreaterThanOrEqual(free[0]?.endedAt.getTime() ?? Number.POSITIVE_INFINITY);
    expect(await holderOf(world, 'part')).toEqual({ runId: null, token: 1 });
  }));

test('branches of one run exclude each other, and one lock inside itself is refused', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();

    const siblings = await world.ends(await world.start('SIBLINGS'));
    const nested = await world.ends(await world.start('NESTED'));

    expect(siblings).toMatchObject({ status: 'succeeded', result: { tokens: [1, 2], skipped: true } });
    const [one, two] = await insides(world, ['one', 'two']);
    expect(two?.startedAt.getTime()).toBeGreaterThanOrEqual(one?.endedAt.getTime() ?? Number.POSITIVE_INFINITY);
    expect(nested.error?.message).toContain('withLock("part") in NESTED/2026-11-21 stands inside withLock("part")');
    expect(await holderOf(world, 'part')).toMatchObject({ runId: null });
  }));

test('a run that is cancelled in a part, or while it waits for one, leaves no lock and no place in the line', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold-inside');
    const holder = await ask(world, 'PARTED', '2026-11-01');
    await until(async () => (await holderOf(world, 'part'))?.runId === holder, { describe: 'the lock to be held' });
    const second = await ask(world, 'PARTED', '2026-11-02');
    await until(async () => (await asking(world)).length === 1, { describe: 'the second to ask' });
    const third = await ask(world, 'PARTED', '2026-11-03');
    await until(async () => (await asking(world)).length === 2, { describe: 'the third to ask' });

    // One after the other: a run that is only being stopped may still be granted the lock, and gives it back at its end.
    for (const runId of [second, holder]) {
      await cancel(world, runId);
      expect(await world.ends(runId)).toMatchObject({ status: 'cancelled' });
    }
    await until(async () => (await holderOf(world, 'part'))?.runId === third, { describe: 'the third to have it' });
    untell(world, 'hold-inside');
    expect((await world.ends(third)).result).toEqual({ tokens: [{}, { part: 2 }, {}] });
  }));

test('a branch that is stopped while it waits for a lock gives up its place in the line, and what it was granted', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    tell(world, 'hold-inside', 'hold-fails.fails', 'fail-fails.fails', 'hold-last');
    const holder = await ask(world, 'PARTED', '2026-11-01');
    await until(async () => (await holderOf(world, 'part'))?.runId === holder, { describe: 'the lock to be held' });
    const yielding = await ask(world, 'YIELDING', '2026-11-02');
    await until(async () => (await asking(world)).includes(yielding), { describe: 'the branch to ask' });
    await until(() => world.aws.journal.running().length === 2, { describe: 'the other branch to work' });

    untell(world, 'hold-fails.fails');
    await until(() => stepsOf(world, yielding).then((steps) => steps.last === 'open'), { describe: 'it to go on' });

    expect(await asking(world)).toEqual([]);
    untell(world, 'hold-inside');
    expect((await world.ends(holder)).status).toBe('succeeded');
    expect(await holderOf(world, 'part')).toEqual({ runId: null, token: 1 });
    expect((await world.ends(await ask(world, 'PARTED', '2026-11-03'))).result).toMatchObject({
      tokens: [{}, { part: 2 }, {}],
    });
    untell(world, 'hold-last');
    expect((await world.ends(yielding)).status).toBe('succeeded');
    expect(await stepsOf(world, yielding)).toEqual({ 'fails/fails': 'failed', last: 'succeeded' });
  }));

async function cancel(world: World, runId: string) {
  await stopRun(world.engine, { runId, reason: 'cancelled', who: 'test', error: null });
}

/** Runs that wait for a lock, in the order of asking. */
async function asking(world: World): Promise<string[]> {
  const { rows } = await world.db.query<{ run_id: string }>(
    `select run_id from waits where kind = 'lock' and met_at is null order by asked`,
  );
  return rows.map((row) => row.run_id);
}

/** When AWS began and ended the attempts of these steps, in order. */
async function insides(world: World, keys = ['inside']) {
  const { rows } = await world.db.query<{ startedAt: Date; endedAt: Date }>(
    `select a.created_at as "startedAt", a.ended_at as "endedAt" from attempts a join steps s on s.id = a.step_id
     where s.key = any($1) order by a.created_at`,
    [keys],
  );
  return rows;
}

/** The run's code has been told of a failed step, and has done all that it does about it before it is woken again. */
async function heardOfFailure(world: World, runId: string) {
  const told = `select 1 from attempts where status = 'failed' and told`;
  await until(async () => (await world.db.query(told)).rowCount === 1, { describe: 'the failure to be told' });
  const isIdle = (types: string[]) =>
    types.lastIndexOf('EVENT_TYPE_WORKFLOW_TASK_COMPLETED') >
    types.lastIndexOf('EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED');
  await until(async () => isIdle(await eventTypes(world, runId)), { describe: 'the code to have acted on it' });
}

/** Step to its status. */
async function stepsOf(world: World, runId: string): Promise<Record<string, string>> {
  const { rows } = await world.db.query<{ key: string; status: string }>(
    'select key, status from steps where run_id = $1',
    [runId],
  );
  return Object.fromEntries(rows.map(({ key, status }) => [key, status]));
}
