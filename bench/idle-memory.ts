import { setTimeout as delay } from 'node:timers/promises';
import { type Bench, type Benchmark, type Row, repeats, rowForScale, rowWithLimit } from './benchmark.ts';
import { startDev } from './dev-process.ts';
import { memoryOfTree, type ProcessMemory } from './processes.ts';
import { median } from './statistics.ts';

/** Between two readings; the first comes after the rush of the start is over. */
const restMs = 5_000;

/** What everything takes while nothing happens: Temporal, Postgres, and the process with the local AWS and the worker. */
export const idleMemory: Benchmark = { name: 'idle-memory', measure };

async function measure({ scope, directory }: Bench): Promise<Row[]> {
  const dev = startDev(scope, directory, []);
  await dev.line((text) => text.includes('Ctrl-C stops everything'));
  const readings: ProcessMemory[][] = [];
  for (let round = 0; round < repeats; round += 1) {
    await delay(restMs);
    readings.push(await memoryOfTree(dev.pid));
  }
  await dev.stop();
  const middle = (of: (one: ProcessMemory) => boolean) =>
    median(readings.map((processes) => mb(processes.filter(of).reduce((sum, { pssKb }) => sum + pssKb, 0))));
  const names = [...new Set(readings.flat().map(({ name }) => name))];
  const parts = names
    .map((name) => ({ name, size: middle((one) => one.name === name) }))
    .filter(({ size }) => size >= 1);
  return [
    rowWithLimit({
      what: 'everything idle: Temporal, Postgres, local AWS and worker, PSS',
      measured: middle(() => true),
      unit: 'MB',
      limit: 400,
    }),
    ...parts.map(({ name, size }) => rowForScale({ what: `of that: ${name}`, measured: size, unit: 'MB' })),
  ];
}

function mb(kb: number): number {
  return kb / 1_024;
}
