import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestOf } from './manifest.ts';
import { runProd, runSmallDev } from './stacks.ts';
import type { EngineRun } from './stand-in-engine.ts';

/** `npm run manifests`: a change was meant. */
const isWriting = process.env.NIGHTSHIFT_WRITE_MANIFESTS === '1';

test('a small stage in one stack is made as its manifest says, without a warning', async () => {
  await compare('small-dev', await runSmallDev());
});

test('a large stage in three stacks is made as their manifests say, without a warning', async () => {
  const { data, platform, jobs } = await runProd();

  await compare('prod-data', data);
  await compare('prod-platform', platform);
  await compare('prod-jobs', jobs);
});

async function compare(name: string, run: EngineRun): Promise<void> {
  const file = join(import.meta.dirname, 'manifests', `${name}.txt`);
  expect({ ...run, resources: [], outputs: {} }).toEqual({
    ...{ resources: [], outputs: {}, warnings: [], errors: [], exitCode: 0, printed: '' },
  });
  const manifest = manifestOf(run.resources);
  if (isWriting) await writeFile(file, manifest);
  expect(manifest).toBe(await readFile(file, 'utf8'));
}
