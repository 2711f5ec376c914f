import { Worker } from '@temporalio/worker';
import { workflowId } from '../model/run-id.ts';
import { connectWorker } from '../workers/temporal.ts';
import type { BareActivities, bareChain, Dispatch } from './bare-chain.ts';
import { type Bench, type Benchmark, type Row, repeats, rowForScale } from './benchmark.ts';
import { workflowMs } from './history.ts';
import { instantCompute } from './instant-compute.ts';
import { median } from './statistics.ts';
import { makeWorld, type World } from './world.ts';

const steps = 20;
const bareQueue = 'bare';
/** More than elsewhere: a chain takes about a second, and other programs of the machine disturb it more than the rest. */
const rounds = 9;

/** What a step costs beside its work: a chain of external steps that do nothing, against one of bare activities. */
export const stepOverhead: Benchmark = { name: 'step-overhead', measure };

async function measure(bench: Bench): Promise<Row[]> {
  const world = await makeWorld(bench);
  const worker = await world.startWorker(instantCompute);
  await startBareWorker(bench, world);
  const times: StepTimes[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const queued = await bareStepMs(world, round, 'queued');
    const own = await chainStepMs(world);
    const eager = await bareStepMs(world, round, 'eager');
    // The first of each loads code and prepares statements.
    if (round > 0) times.push({ queued, own, eager });
  }
  await worker.stop();
  return [...rows(times), await realSteps(bench)];
}

/** Milliseconds a step in one round. */
interface StepTimes {
  queued: number;
  own: number;
  eager: number;
}

function rows(times: StepTimes[]): Row[] {
  const middle = (of: keyof StepTimes) => median(times.map((time) => time[of]));
  const own = { measured: middle('own'), unit: 'ms', atMost: 1 };
  return [
    {
      ...own,
      what: `external step, chain of ${steps}, start and end of the work faked`,
      reference: { what: 'bare activity', value: middle('queued') },
    },
    { ...own, what: 'the same', reference: { what: 'bare activity, eager dispatch', value: middle('eager') } },
  ];
}

/** A worker like ours, in the same process, that knows only the activity which does nothing. */
async function startBareWorker({ scope, servers }: Bench, world: World) {
  const connection = await connectWorker(world.temporal);
  scope.defer(() => connection.close());
  const activities: BareActivities = { noop: async () => undefined };
  const worker = await Worker.create({
    connection,
    namespace: world.temporal.namespace,
    taskQueue: bareQueue,
    workflowBundle: await servers.bundle(),
    activities: { ...activities },
  });
  const done = worker.run();
  scope.defer(async () => {
    worker.shutdown();
    await done;
  });
}

async function bareStepMs({ client }: World, round: number, dispatch: Dispatch): Promise<number> {
  const id = `bare-${dispatch}-${round}`;
  const args: Parameters<typeof bareChain> = [steps, dispatch];
  await client.workflow.execute<typeof bareChain>('bareChain', { workflowId: id, taskQueue: bareQueue, args });
  return (await workflowMs(client, id)) / steps;
}

/** From the run's start to its end: opening and closing the run are counted in. */
async function chainStepMs(world: World): Promise<number> {
  const run = await world.start('BENCH-CHAIN', { size: steps });
  await world.succeeds(run);
  return (await workflowMs(world.client, workflowId(run, 1))) / steps;
}

async function realSteps(bench: Bench): Promise<Row> {
  const world = await makeWorld(bench);
  await world.startWorker();
  const measured: number[] = [];
  for (let round = 0; round < repeats; round += 1) measured.push(await chainStepMs(world));
  return rowForScale({
    what: 'the same with a real process through the local AWS',
    measured: median(measured),
    unit: 'ms',
  });
}
