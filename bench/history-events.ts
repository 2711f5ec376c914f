import { workflowId } from '../model/run-id.ts';
import { type Bench, type Benchmark, type Row, rowWithLimit } from './benchmark.ts';
import { historyLength } from './history.ts';
import { makeWorld, type World } from './world.ts';

/** How much history a run leaves in Temporal: it must not grow with the shards. */
export const historyEvents: Benchmark = { name: 'history-events', measure };

async function measure(bench: Bench): Promise<Row[]> {
  const world = await makeWorld(bench);
  await world.startWorker();
  return [
    rowWithLimit({
      what: 'history of a run of one task',
      measured: await eventsOf(world, 'BENCH-CHAIN', 1),
      unit: 'events',
      limit: 30,
    }),
    rowWithLimit({
      what: 'history of a run of one array of 1,000 shards',
      measured: await eventsOf(world, 'BENCH-ARRAY', 1_000),
      unit: 'events',
      limit: 40,
    }),
  ];
}

async function eventsOf(world: World, job: string, size: number): Promise<number> {
  const runId = await world.start(job, { size });
  await world.succeeds(runId, 300_000);
  return historyLength(world.client, workflowId(runId, 1));
}
