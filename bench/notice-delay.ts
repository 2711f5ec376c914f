import { workflowId } from '../model/run-id.ts';
import { type Bench, type Benchmark, type Row, rowForScale, rowWithLimit } from './benchmark.ts';
import { toldAt } from './history.ts';
import { percentile } from './statistics.ts';
import { makeWorld, type World } from './world.ts';

const attempts = 60;
const pollMs = 2_000;
/** They end one after the other, so that each is noticed by itself, as at night. */
const input = { size: attempts, shortest: 2, apart: 0.1 };

/** How long after the end of the work in AWS the run knows, with events and by polling alone. */
export const noticeDelay: Benchmark = { name: 'notice-delay', measure };

async function measure(bench: Bench): Promise<Row[]> {
  const world = await makeWorld(bench, { timings: { pollMs } });
  await world.startWorker();
  const heard = await delays(world);
  world.aws.misbehave.set({ loseEvents: true });
  const polled = await delays(world);
  return [
    rowForScale({ what: `work ended to run knows, with events, p50 of ${attempts}`, ...p(heard, 0.5) }),
    rowWithLimit({ what: 'the same, p95', ...p(heard, 0.95), limit: 1_000 }),
    rowForScale({ what: `without events, poll interval ${pollMs} ms, p50 of ${attempts}`, ...p(polled, 0.5) }),
    rowWithLimit({ what: 'the same, p95 (limit: the interval + 500 ms)', ...p(polled, 0.95), limit: pollMs + 500 }),
  ];
}

function p(values: number[], share: number) {
  return { measured: percentile(values, share), unit: 'ms' };
}

/** From the end of each process, by the journal, to the wake that tells it in the workflow's history. */
async function delays(world: World): Promise<number[]> {
  const runId = await world.start('BENCH-NAPS', input);
  await world.succeeds(runId);
  const told = await toldAt(world.client, workflowId(runId, 1));
  const found = world.aws.journal.processes().flatMap(({ started, ended }) => {
    const at = told.get(started.environment.NIGHTSHIFT_ATTEMPT_ID ?? '');
    return at === undefined || ended === undefined ? [] : [at - ended.at];
  });
  if (found.length !== attempts) throw new Error(`${runId} was told of ${found.length} of ${attempts} attempts`);
  return found;
}
