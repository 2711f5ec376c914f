import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { supersede } from '../../engine/supersede.ts';
import { tellRun } from '../../engine/tell-run.ts';
import { workflowId } from '../../model/run-id.ts';
import { listExecutions } from '../../store/executions.ts';
import { bundleWorkflows } from '../../workers/bundle-workflows.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { testJobsWith } from '../support/test-jobs.ts';
import { until } from '../support/until.ts';
import { type OtherCode, type World, withWorld } from '../support/world.ts';
import { expectNothingTwice, holderOf, tell, untell } from '../support/world-facts.ts';

const jobsModule = 'test/support/changed/with-a-new-step.ts';
let temporal: TestTemporal;
let folder: string;
let changed: OtherCode;
/** The new code with a timer that depends on the process: it cannot replay itself. */
let fickle: OtherCode;
// A task that was given to a worker that is dead by then comes back after Temporal's 10 seconds, twice at most.
jest.setTimeout(300_000);
beforeAll(async () => {
  temporal = await startTestTemporal(6);
  folder = await mkdtemp(join(tmpdir(), 'nightshift-changed-'));
  const { jobs } = await testJobsWith(jobsModule);
  const { code } = await bundleWorkflows({ directory: process.cwd(), jobs: jobs.values() });
  changed = await keep('changed.js', code);
  const first = /await tasks\.added\(/;
  if (!first.test(code)) throw new Error('The bundle has no call of the new step: adapt the test');
  const asked = 'if (__TEMPORAL_ACTIVATOR__.info.unsafe.isReplaying) await new Promise((r) => setTimeout(r, 9)); ';
  fickle = await keep(
    'fickle.js',
    code.replace(first, (call) => asked + call),
  );
}, 60_000);
afterAll(async () => {
  await temporal.stop();
  await rm(folder, { recursive: true, force: true });
});

async function keep(name: string, code: string): Promise<OtherCode> {
  const bundlePath = join(folder, name);
  await writeFile(bundlePath, code);
  return { bundlePath, jobsModule };
}

/** Processes that were started, by step. */
function processesOf(world: World): string[] {
  return world.aws.journal.processes().map(({ started }) => started.environment.NIGHTSHIFT_STEP ?? '');
}

async function untilStep(world: World, key: string): Promise<void> {
  await until(() => processesOf(world).includes(key), { describe: `${key} to work` });
  const unwritten = `select 1 from attempts where status = 'starting'`;
  await until(async () => (await world.db.query(unwritten)).rowCount === 0, { describe: 'the ids to be written' });
}

test('a job file changed under a running run: it goes on in its next execution, without doing anything again', () =>
  withWorld(temporal, async (world) => {
    const old = await world.spawnWorker();
    tell(world, 'hold-second');
    const run = await world.start('CHANGING');
    await untilStep(world, 'second');
    const token = await holderOf(world, 'changing');
    await old.kill();

    await world.spawnWorker({}, changed);
    await tellRun(world.db, run);
    await untilStep(world, 'new');

    expect(processesOf(world)).toEqual(['first', 'second', 'new']);
    expect(await holderOf(world, 'changing')).toEqual(token);
    untell(world, 'hold-second');
    expect(await world.ends(run)).toMatchObject({ status: 'succeeded', result: { version: 2 } });
    expect(processesOf(world)).toEqual(['first', 'second', 'new']);
    expectNothingTwice(world);
    const executions = await listExecutions(world.db, run);
    expect(executions).toMatchObject([
      { number: 1, closedAs: 'superseded', settings: { timeoutMs: 86_400_000 } },
      { number: 2, closedAs: 'ended', settings: { timeoutMs: 3_600_000 } },
    ]);
    expect(world.aws.journal.calls('TerminateJob')).toEqual([]);
  }));

test(
  'older workers leave the next execution to one that has the new code',
  () =>
    withWorld(temporal, async (world) => {
      await world.startWorker();
      tell(world, 'hold-second');
      const run = await world.start('CHANGING');
      await untilStep(world, 'second');
      const bundle = createHash('sha256')
        .update(await readFile(changed.bundlePath))
        .digest('hex')
        .slice(0, 20);

      expect(await supersede(world.engine, { runId: run, execution: 1, bundle })).toBe('superseded');
      await until(async () => (await refusedTasks(world, workflowId(run, 2))).length > 0, {
        describe: 'an older worker to refuse the next execution',
      });
      await world.spawnWorker({}, changed);
      untell(world, 'hold-second');

      expect(await world.ends(run)).toMatchObject({ status: 'succeeded', result: { version: 2 } });
      expect(processesOf(world).sort()).toEqual(['first', 'new', 'second']);
    }),
  300_000,
);

/** What workers said when they refused a task of the workflow. */
async function refusedTasks(world: World, id: string): Promise<string[]> {
  const { events } = await world.client.workflow.getHandle(id).fetchHistory();
  const said = events?.flatMap((event) => event.workflowTaskFailedEventAttributes?.failure?.message ?? []) ?? [];
  return said.filter((message) => message.includes('goes on with the code of bundle'));
}

test(
  'code that cannot replay itself ends the run as terminated, the second time, and its work is stopped',
  () =>
    withWorld(temporal, async (world) => {
      tell(world, 'hold-new');
      const first = await world.spawnWorker({}, fickle);
      const run = await world.start('CHANGING');
      await untilStep(world, 'new');
      await first.kill();
      const second = await world.spawnWorker({}, fickle);
      await tellRun(world.db, run);
      await until(async () => (await listExecutions(world.db, run)).length === 2, {
        describe: 'a second execution',
      });
      const handle = world.client.workflow.getHandle(workflowId(run, 2));
      await until(
        async () => (await handle.fetchHistory()).events?.some((event) => event.workflowTaskCompletedEventAttributes),
        {
          describe: 'the second execution to have begun',
        },
      );
      await second.kill();
      await world.spawnWorker({}, fickle);
      await tellRun(world.db, run);
      untell(world, 'hold-new');

      const ended = await world.ends(run);

      expect(ended).toMatchObject({ status: 'failed', reason: 'terminated' });
      expect(ended.error?.message).toContain('TMPRL1100');
      expect(await listExecutions(world.db, run)).toHaveLength(2);
      expect(world.aws.journal.running()).toEqual([]);
    }),
  300_000,
);
