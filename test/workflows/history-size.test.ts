import { workflowId } from '../../model/run-id.ts';
import { all } from '../../store/database.ts';
import { eventTypes } from '../histories/fetch-history.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { type World, withWorld } from '../support/world.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(3);
});
afterAll(() => temporal.stop());

test('a run of one task has at most 30 events', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();

    const run = await world.ends(await world.start('ONE'));

    expect(run.status).toBe('succeeded');
    expect((await closedEvents(world, run.id)).length).toBeLessThanOrEqual(30);
  }));

test(
  'a run of 1,000 shards has at most 40 events',
  () =>
    withWorld(temporal, async (world) => {
      await world.startWorker();

      const run = await world.ends(await world.start('QUIET', { size: 1_000 }));

      expect(run.status).toBe('succeeded');
      expect(world.aws.journal.processes()).toHaveLength(1_000);
      expect((await closedEvents(world, run.id)).length).toBeLessThanOrEqual(40);
    }),
  240_000,
);

test('a run that waits adds no event until it is woken', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    const waiting = await world.start('WAITING');
    const entered = await until(() => enteredWait(world, waiting), { describe: `${waiting} to wait` });

    await watcherLooks(world, waiting);
    await watcherLooks(world, waiting);
    const stillWaiting = await eventTypes(world, waiting);
    await world.ends(await world.start('LEFT'));
    const run = await world.ends(waiting);

    expect(stillWaiting).toEqual(entered);
    expect(run.status).toBe('succeeded');
    const ended = await closedEvents(world, waiting);
    expect(ended.slice(0, entered.length + 1)).toEqual([...entered, 'EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED']);
  }));

/** The events of a run whose workflow has closed: a moment after its row. */
async function closedEvents(world: World, runId: string): Promise<string[]> {
  await world.client.workflow.getHandle(workflowId(runId, 1)).result();
  return eventTypes(world, runId);
}

/** The events of a run that has asked whether it may run, and waits. */
async function enteredWait(world: World, runId: string): Promise<string[] | null> {
  const events = await eventTypes(world, runId);
  return events.at(-1) === 'EVENT_TYPE_MARKER_RECORDED' ? events : null;
}

/** Waits until the watcher has looked at the run's execution once more. */
async function watcherLooks(world: World, runId: string): Promise<void> {
  const before = await nextLook(world, runId);
  await until(async () => (await nextLook(world, runId)) !== before, { describe: `a look at ${runId}` });
}

async function nextLook(world: World, runId: string): Promise<string | undefined> {
  const statement = 'select next_look_at::text as at from executions where run_id = $1';
  const [execution] = await all<{ at: string }>(world.db, statement, [runId]);
  return execution?.at;
}
