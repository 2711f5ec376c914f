import { type Bench, type Benchmark, type Row, repeats, rowForScale, rowWithLimit } from './benchmark.ts';
import { median } from './statistics.ts';
import { makeWorld, type World } from './world.ts';

const shards = 100;

/** What an array and its join cost beside the shards' own time in the local AWS. */
export const arrayJoin: Benchmark = { name: 'array-join', measure };

async function measure(bench: Bench): Promise<Row[]> {
  const world = await makeWorld(bench);
  await world.startWorker();
  const measured: { workMs: number; beyondMs: number }[] = [];
  for (let round = 0; round < repeats; round += 1) measured.push(await runOnce(world));
  return [
    rowWithLimit({
      what: `array of ${shards} shards that do nothing: time beside the work's own`,
      measured: median(measured.map(({ beyondMs }) => beyondMs)),
      unit: 'ms',
      limit: 1_000,
    }),
    rowForScale({
      what: "the work's own: SubmitJob to the end of the last process",
      measured: median(measured.map(({ workMs }) => workMs)),
      unit: 'ms',
    }),
  ];
}

/** From the request for the run to the run's end, and of that what the work took. */
async function runOnce(world: World): Promise<{ workMs: number; beyondMs: number }> {
  const { journal } = world.aws;
  const callsBefore = journal.calls('SubmitJob').length;
  const processesBefore = journal.processes().length;
  const asked = Date.now();
  const run = await world.succeeds(await world.start('BENCH-ARRAY', { size: shards }));
  const submitted = journal.calls('SubmitJob')[callsBefore]?.at ?? asked;
  const ends = journal
    .processes()
    .slice(processesBefore)
    .flatMap(({ ended }) => ended?.at ?? []);
  const workMs = Math.max(...ends) - submitted;
  return { workMs, beyondMs: (run.endedAt?.getTime() ?? Number.NaN) - asked - workMs };
}
