import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { jobFile } from '../config/project.ts';
import { cli } from './cli.ts';

const root = resolve(import.meta.dirname, '../..');
let folder: string;

/** Inside the repository, so that imports find its packages. */
beforeEach(async () => {
  const state = join(root, '.nightshift');
  await mkdir(state, { recursive: true });
  folder = await mkdtemp(join(state, 'check-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function check(jobs: Record<string, string>, ...options: string[]) {
  await mkdir(join(folder, 'jobs'));
  await writeFile(join(folder, 'nightshift.config.ts'), `export default { name: 'shop' };\n`);
  for (const [name, content] of Object.entries(jobs)) await writeFile(join(folder, 'jobs', name), content);
  return cli(['check', ...options], { cwd: folder });
}

test("the repository's own jobs have no problems", async () => {
  expect(await cli(['check'], { cwd: root })).toEqual({ code: 0, stdout: '3 jobs, no problems\n', stderr: '' });
});

test('every problem of every job file is said, with its file', async () => {
  const checked = await check({
    'a.ts': jobFile('A', `after: ['NOBODY'],`),
    'b.ts': jobFile('B', `timeout: 'an hour',`),
  });

  expect(checked).toMatchObject({ code: 2, stdout: '' });
  expect(checked.stderr).toMatch(/^jobs\/a\.ts: A: .*NOBODY/m);
  expect(checked.stderr).toMatch(/^jobs\/b\.ts: B: .*an hour/m);
});

test('a job file that imports what the workflow sandbox cannot have is named with it', async () => {
  const { code, stdout, stderr } = await check(
    {
      'a.ts': `import { readFileSync } from 'node:fs';\n${jobFile('A', 'async run() { readFileSync("x"); },')}`,
      'b.ts': jobFile('B'),
      'c.ts': `import { BatchClient } from '@aws-sdk/client-batch';\n${jobFile('C', 'async run() { return BatchClient; },')}`,
      'd.ts': `import { Type } from 'typebox';\n${jobFile('D', 'input: Type.Object({}),')}`,
    },
    '--json',
  );

  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  const { jobs, problems } = JSON.parse(stdout) as { jobs: { id: string }[]; problems: string[] };
  expect(jobs.map(({ id }) => id)).toEqual(['A', 'B', 'C', 'D']);
  expect(problems).toEqual([
    expect.stringMatching(/^jobs\/a\.ts: imports node:fs;/),
    expect.stringMatching(/^jobs\/c\.ts: imports @aws-sdk\/client-batch;/),
  ]);
});
