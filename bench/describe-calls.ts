import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../test/support/until.ts';
import { type Bench, type Benchmark, type Row, rowForScale, rowWithLimit } from './benchmark.ts';
import { makeWorld } from './world.ts';

const attempts = 250;
const cycles = 8;
const pollMs = 4_000;

/** DescribeJobs calls for many attempts in flight: one full call for each hundred, however many workers there are. */
export const describeCalls: Benchmark = { name: 'describe-calls', measure };

async function measure(bench: Bench): Promise<Row[]> {
  const world = await makeWorld(bench, { timings: { pollMs } });
  await world.startWorker();
  await world.startWorker();
  await world.start('BENCH-NAPS', { size: attempts, shortest: 3_600, apart: 0 });
  await until(() => world.aws.journal.running().length === attempts, {
    timeoutMs: 120_000,
    describe: `${attempts} processes to run`,
  });
  // The first looks are spread as the starts were; what is of interest is where it settles.
  await delay(3 * pollMs);
  const before = world.aws.journal.calls('DescribeJobs').length;
  await delay(cycles * pollMs);
  const calls = world.aws.journal.calls('DescribeJobs').slice(before);
  const asked = calls.reduce((sum, call) => sum + (call.request.jobs as string[]).length, 0);
  return [
    rowWithLimit({
      what: `DescribeJobs calls for each look at ${attempts} attempts in flight, 2 workers`,
      measured: calls.length / (asked / attempts),
      unit: 'calls',
      limit: Math.ceil(attempts / 100),
    }),
    rowForScale({ what: 'looks at all of them per poll interval', measured: asked / attempts / cycles, unit: 'looks' }),
  ];
}
