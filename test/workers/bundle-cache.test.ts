import { execFile } from 'node:child_process';
import { appendFileSync, chmodSync, cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

test('where nothing can be written, a kept bundle that fits is used, and one that does not is refused with what to do', async () => {
  const first = await bundle();
  chmodSync(directory, 0o755);
  chmodSync(join(directory, '.nightshift/bundles'), 0o555);

  expect(await bundleWithoutRights()).toContain(`characters: ${first.code.length}`);

  appendFileSync(join(directory, 'jobs/chain.ts'), '\nexport const changed = 1;\n');

  expect(await bundleWithoutRights()).toMatch(/holds no bundle of these job files.*EACCES.*nightshift images build/s);
});

/** Bundles in a process of its own, which is not root's: root may write anywhere. Gives what it printed. */
function bundleWithoutRights(): Promise<string> {
  const source = { directory, jobs: jobs.map(({ job, ...rest }) => ({ ...rest, job: { id: job.id } })) };
  const program = `
    import { keptBundle } from './workers/bundle-cache.ts';
    const { code } = await keptBundle(${JSON.stringify(source)});
    console.log('characters: ' + code.length);`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const env = { PATH: process.env.PATH, TSX_DISABLE_CACHE: '1' };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { ...nobody, env }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
}

test('a bundle that is not whole is made anew', async () => {
  const first = await bundle();
  const [name = ''] = kept();
  writeFileSync(join(directory, '.nightshift/bundles', name), 'half');

  expect((await bundle()).code.length).toBe(first.code.length);
});
