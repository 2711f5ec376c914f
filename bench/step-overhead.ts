import { Worker } from '@temporalio/worker';
import { workflowId } from '../model/run-id.ts';
import { connectWorker } from '../workers/temporal.ts';
import type { BareActivities, bareChain } from './bare-chain.ts';
import { type Bench, type Benchmark, type Row, repeats, rowForScale } from './benchmark.ts';
import { workflowMs } from './history.ts';
import { instantCompute } from './instant-compute.ts';
import { median } from './statistics.ts';
import { makeWorld, type World } from './world.ts';

const steps = 20;
const bareQueue = 'bare';

/** What a step costs beside its work: a chain of external steps that do nothing, against one of bare activities. */
export const stepOverhead: Benchmark = { name: 'step-overhead', measure };

async function measure(bench: Bench): Promise<Row[]> {
  const world = await makeWorld(bench);
  const worker = await world.startWorker(instantCompute);
  await startBareWorker(bench, world);
  // The first of each loads code and prepares statements.
  await bareStepMs(world, 0);
  await chainStepMs(world);
  const bare: number[] = [];
  const own: number[] = [];
  for (let round = 1; round <= repeats; round += 1) {
    bare.push(await bareStepMs(world, round));
    own.push(await chainStepMs(world));
  }
  await worker.stop();
  const real = await realSteps(bench);
  const reference = { what: 'bare activity', value: median(bare) };
  return [
    {
      what: `external step, chain of ${steps}, start and end of the work faked`,
      measured: median(own),
      unit: 'ms',
      reference,
      atMost: 1,
    },
    rowForScale({ what: 'the same with a real process through the local AWS', measured: real, unit: 'ms' }),
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

async function bareStepMs({ client }: World, round: number): Promise<number> {
  const id = `bare-${round}`;
  await client.workflow.execute<typeof bareChain>('bareChain', { workflowId: id, taskQueue: bareQueue, args: [steps] });
  return (await workflowMs(client, id)) / steps;
}

/** From the run's start to its end: opening and closing the run are counted in. */
async function chainStepMs(world: World): Promise<number> {
  const run = await world.start('BENCH-CHAIN', { size: steps });
  await world.succeeds(run);
  return (await workflowMs(world.client, workflowId(run, 1))) / steps;
}

async function realSteps(bench: Bench): Promise<number> {
  const world = await makeWorld(bench);
  await world.startWorker();
  const measured: number[] = [];
  for (let round = 0; round < repeats; round += 1) measured.push(await chainStepMs(world));
  return median(measured);
}
