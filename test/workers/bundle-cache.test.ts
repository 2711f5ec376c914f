import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RegisteredJob } from '../../config/job-registry.ts';
import { keptBundle } from '../../workers/bundle-cache.ts';
import { left } from '../support/jobs/chain.ts';

let directory: string;
// Inside the checkout, so that `nightshift` is found from the job file.
beforeEach(() => {
  directory = mkdtempSync(join(process.cwd(), '.nightshift', 'bundle-test-'));
  cpSync('test/support/jobs/chain.ts', join(directory, 'jobs/chain.ts'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const jobs: RegisteredJob[] = [{ job: left, file: 'jobs/chain.ts', exportName: 'left' }];
// As a registry hands its jobs out: once.
const bundle = () => keptBundle({ directory, jobs: jobs.values() });
const kept = () => readdirSync(join(directory, '.nightshift/bundles')).filter((name) => name.endsWith('.js'));
const madeAt = () => kept().map((name) => statSync(join(directory, '.nightshift/bundles', name)).mtimeMs);

test('the second time, the kept bundle is used', async () => {
  const first = await bundle();
  expect(first.code).toContain('One prerequisite');
  const made = madeAt();

  expect((await bundle()).code === first.code).toBe(true);

  expect(madeAt()).toEqual(made);
});

test('a job file that has changed is bundled again', async () => {
  await bundle();
  appendFileSync(join(directory, 'jobs/chain.ts'), '\nexport const somethingNew = 4711;\n');

  expect((await bundle()).code).toContain('somethingNew');
});

test('a file that a job file imports counts, too', async () => {
  writeFileSync(join(directory, 'jobs/words.ts'), `export const word = 'before';\n`);
  appendFileSync(join(directory, 'jobs/chain.ts'), `\nexport { word } from './words.ts';\n`);
  expect((await bundle()).code).toContain('before');

  writeFileSync(join(directory, 'jobs/words.ts'), `export const word = 'after_wards';\n`);

  expect((await bundle()).code).toContain('after_wards');
});

test('a bundle that is not whole is made anew', async () => {
  const first = await bundle();
  const [name = ''] = kept();
  writeFileSync(join(directory, '.nightshift/bundles', name), 'half');

  expect((await bundle()).code.length).toBe(first.code.length);
});
