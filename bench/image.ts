import { type ComposeStack, composeStack, whyNoCompose } from '../test/images/compose-stack.ts';
import { handOver, secondsToHealthy, stopIdle } from '../test/images/worker-container.ts';
import { type Bench, type Benchmark, type Row, repeats, rowWithLimit } from './benchmark.ts';
import { median } from './statistics.ts';

/** How soon the worker's image is healthy, stops when it is idle, and hands a run over. Needs Docker. */
export const image: Benchmark = { name: 'image', measure };

async function measure({ scope, progress }: Bench): Promise<Row[]> {
  const problem = await whyNoCompose();
  if (problem !== undefined) {
    progress(`left out: Docker with compose and buildx is needed (${problem})`);
    return [];
  }
  const stack = await composeStack('nightshift-bench', progress);
  await stack.down();
  scope.defer(() => stack.down());
  progress('docker compose up');
  await stack.up();
  return [...(await startsAndStops(stack)), ...(await handsOver(stack))];
}

async function startsAndStops(stack: ComposeStack): Promise<Row[]> {
  const healthy: number[] = [];
  const stopped: number[] = [];
  for (let round = 0; round < repeats; round += 1) {
    healthy.push(await secondsToHealthy(stack));
    stopped.push((await stopIdle(stack)).seconds);
  }
  return [
    rowWithLimit({
      what: "the worker's container: from start to healthy (looked at each 3 s)",
      measured: median(healthy),
      unit: 's',
      limit: 30,
    }),
    rowWithLimit({ what: 'an idle one: from SIGTERM to its end', measured: median(stopped), unit: 's', limit: 10 }),
  ];
}

async function handsOver(stack: ComposeStack): Promise<Row[]> {
  const date = '2026-11-20';
  await stack.nightshift('run', 'BATCH-000', '--date', date);
  const { stopped, runSeconds } = await handOver(stack, 'BATCH-001', date);
  return [
    rowWithLimit({
      what: 'one with a run in flight: from SIGTERM to its end',
      measured: stopped.seconds,
      unit: 's',
      limit: 30,
    }),
    rowWithLimit({
      what: 'the same to the end of its run (BATCH-001) on a worker that started just then',
      measured: runSeconds,
      unit: 's',
      limit: 60,
    }),
  ];
}
