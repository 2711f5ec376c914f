import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Compiles the worker process of the tests into one file, and gives its path to `use`: a worker then starts in a third
 * of the time, and hundreds are started. Temporal's packages stay outside: they find files of their own.
 */
export async function withWorkerProgram(use: (program: string) => Promise<void>): Promise<void> {
  mkdirSync('.nightshift', { recursive: true });
  // In the checkout, where Temporal's packages are found from.
  const folder = mkdtempSync(join(process.cwd(), '.nightshift', 'worker-'));
  const program = join(folder, 'worker.mjs');
  try {
    await build({
      entryPoints: ['test/support/worker-process.ts'],
      outfile: program,
      ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', sourcemap: 'inline', logLevel: 'error' },
      external: ['@temporalio/*', 'pg-native'],
      conditions: ['module', 'nightshift-source'],
      // Packages in CommonJS ask for Node's own modules by `require`.
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
    await use(program);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
