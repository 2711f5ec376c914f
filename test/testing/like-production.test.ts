import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fails, testJob } from 'nightshift/testing';
import { all } from '../../store/database.ts';
import type { FakeCall } from '../../testing/fakes.ts';
import type { TestedCall } from '../../testing/tested-run.ts';
import { handled, parallel } from '../support/jobs/flow.ts';
import { fan } from '../support/jobs/work.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { date, type World, withWorld } from '../support/world.ts';

/** What the tests' container does, as a fake; `failing` is a shard or a step that it fails. */
const workLike =
  (failing?: number | string) =>
  ({ value }: { value?: number }, call: FakeCall) =>
    failing === call.step || (failing !== undefined && failing === call.shard)
      ? fails('exitCode', { exitCode: 3 })
      : { shard: call.shard ?? 0, value: value ?? null, tokens: {} };

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(3);
});
afterAll(() => temporal.stop());

test('an array and a step after it: steps, inputs and result', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    const work = workLike();

    const run = await world.ends(await world.start('FAN', { size: 3 }));
    const input = { dir: world.dir, size: 3 };
    const done = await testJob(fan, { date, input, tasks: { work, sum: work }, timezone: 'Asia/Tokyo' });

    expect(done).toMatchObject({ run: run.id, status: run.status, result: run.result, records: run.records });
    expect(stepsOf(done.calls)).toEqual(await steps(world, run.id));
  }));

test('branches side by side, one of which fails: steps, inputs and every error', () =>
  withWorld(temporal, async (world) => {
    writeFileSync(join(world.dir, 'fail-right.work#1'), '');
    await world.startWorker();

    const run = await world.ends(await world.start('PARALLEL', { onFailure: 'wait' }));
    const input = { dir: world.dir, onFailure: 'wait' } as const;
    const done = await testJob(parallel, { date, input, tasks: { work: workLike('right/work#1') } });

    expect(done).toMatchObject({ status: run.status, reason: run.reason });
    expect(ways(done.error?.branches)).toEqual(ways(run.error?.branches));
    expect(stepsOf(done.calls)).toEqual(await steps(world, run.id));
  }));

test("a run that throws, and its onFailure: steps, inputs, the error and the handler's result", () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    const work = workLike();

    const run = await world.ends(await world.start('HANDLED', { broken: 'run' }));
    const input = { dir: world.dir, broken: 'run' } as const;
    const done = await testJob(handled, { date, input, tasks: { work, last: work, notify: work } });

    expect(done).toMatchObject({ status: run.status, reason: run.reason, result: run.result });
    expect(done.error).toMatchObject({ class: run.error?.class, message: run.error?.message, hint: run.error?.hint });
    expect(stepsOf(done.calls)).toEqual(await steps(world, run.id));
  }));

/** Each step with what its containers were given. */
async function steps(world: World, runId: string): Promise<unknown[]> {
  const rows = await all<{ key: string; task: string; size: number | null; input: string }>(
    world.db,
    `select s.key, s.task, s.size, a.request->'environment'->>'JOB_INPUT' as input
     from steps s join attempts a on a.step_id = s.id where s.run_id = $1 and a.number = 1 order by s.key`,
    [runId],
  );
  return rows.map(({ input, ...step }) => ({ ...step, inputs: inputsOf(JSON.parse(input), step.size) }));
}

/** Of an array whose shards get different inputs, the environment has a record of them. */
function inputsOf(input: { nightshiftInput?: { shards: Record<string, unknown> } }, size: number | null): unknown[] {
  const { shards } = input.nightshiftInput ?? {};
  return shards === undefined ? Array(size ?? 1).fill(input) : Object.values(shards);
}

function stepsOf(calls: TestedCall[]): unknown[] {
  const keys = [...new Set(calls.map(({ step }) => step))].sort();
  return keys.map((key) => {
    const tries = calls.filter(({ step }) => step === key);
    const [first] = tries;
    const size = first?.shard === undefined ? null : tries.length;
    return { key, task: first?.task, size, inputs: tries.map(({ input }) => input) };
  });
}

function ways(branches: { branch: string; error: { class: string; step?: string } }[] | undefined) {
  return branches?.map(({ branch, error }) => [branch, error.class, error.step]);
}
