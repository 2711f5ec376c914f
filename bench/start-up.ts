import { type Bench, type Benchmark, type Row, repeats, rowWithLimit } from './benchmark.ts';
import { startDev } from './dev-process.ts';
import { median } from './statistics.ts';

const mainJob = 'BATCH-001/';

/** How long `npm start` takes with its set-up done: to a worker that is ready, and to the end of the main job. */
export const startUp: Benchmark = { name: 'start-up', measure };

async function measure(bench: Bench): Promise<Row[]> {
  bench.progress('once for the set-up');
  await night(bench);
  const nights: { readyMs: number; doneMs: number }[] = [];
  for (let round = 0; round < repeats; round += 1) nights.push(await night(bench));
  return [
    rowWithLimit({
      what: 'nightshift dev --once: start of the process to worker ready',
      measured: median(nights.map(({ readyMs }) => readyMs)),
      unit: 'ms',
      limit: 3_000,
    }),
    rowWithLimit({
      what: 'the same to the end of the main job (BATCH-001)',
      measured: median(nights.map(({ doneMs }) => doneMs)),
      unit: 'ms',
      limit: 30_000,
    }),
  ];
}

async function night({ scope, directory }: Bench): Promise<{ readyMs: number; doneMs: number }> {
  const dev = startDev(scope, directory, ['--once']);
  const ready = await dev.line((text) => text.startsWith('Worker ready'));
  const done = await dev.line((text) => text.includes(`${mainJob}`) && /\d {2}succeeded/.test(text));
  const code = await dev.ended;
  if (code !== 0) throw new Error(`nightshift dev --once ended with exit code ${code}`);
  return { readyMs: ready.atMs, doneMs: done.atMs };
}
