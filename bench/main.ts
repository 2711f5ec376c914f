import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { untilSignalled } from '../workers/signals.ts';
import { isReached, ratioOf } from './benchmark.ts';
import { benchmarks } from './benchmarks.ts';
import { createScope } from './scope.ts';
import { createServers } from './servers.ts';
import { formatTable, type NamedRow } from './table.ts';

const directory = fileURLToPath(new URL('..', import.meta.url));
const write = (line: string) => process.stdout.write(`${line}\n`);

/** Runs the named benchmarks (none named: all). Exit code 1 when one could not run, 2 for an unknown name. */
async function main(names: string[]): Promise<number> {
  const unknown = names.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) {
    write(`No benchmark is named ${unknown.join(', ')}; there are: ${benchmarks.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  const chosen = benchmarks.filter(({ name }) => names.length === 0 || names.includes(name));
  const signal = untilSignalled();
  const interrupted = signal.received.then(() => 'interrupted' as const);
  const scope = createScope();
  const servers = createServers(scope, process.env.TEMPORAL_CLI);
  const rows: NamedRow[] = [];
  let broken = 0;
  for (const benchmark of chosen) {
    if (signal.aborted.aborted) break;
    write(`${benchmark.name} ...`);
    const own = createScope();
    try {
      const measured = await Promise.race([
        benchmark.measure({ scope: own, servers, directory, progress: (line) => write(`  ${line}`) }),
        interrupted,
      ]);
      if (measured === 'interrupted') write('Interrupted: stopping everything');
      else rows.push(...measured.map((row) => ({ ...row, benchmark: benchmark.name })));
    } catch (error) {
      broken += 1;
      write(`${benchmark.name} could not run: ${error instanceof Error ? error.stack : String(error)}`);
    } finally {
      await own.release();
    }
  }
  await scope.release();
  signal.release();
  if (rows.length > 0) await report(rows);
  return broken > 0 || signal.aborted.aborted ? 1 : 0;
}

async function report(rows: NamedRow[]) {
  write(`\n${formatTable(rows)}`);
  const folder = join(directory, 'bench', 'results');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${new Date().toISOString().replaceAll(':', '-').slice(0, 19)}.json`);
  const full = rows.map((row) => ({ ...row, ratio: ratioOf(row), reached: isReached(row) }));
  await writeFile(file, `${JSON.stringify({ node: process.version, rows: full }, null, 2)}\n`);
  write(`\nWritten to ${file}`);
}

process.exitCode = await main(process.argv.slice(2));
