import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
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
  const { length } = readdirSync(join(root, 'jobs'));

  expect(await cli(['check'], { cwd: root })).toEqual({ code: 0, stdout: `${length} jobs, no problems\n`, stderr: '' });
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

test('the folder that CodeBuild builds from must be there, without links that lead nowhere', async () => {
  const build = (app: string) => `tasks: { build: { kind: 'codeBuild', options: { app: '${app}' } } },`;
  await mkdir(join(folder, 'apps/reports/node_modules'), { recursive: true });
  await symlink('nowhere', join(folder, 'apps/reports/words'));
  await symlink('nowhere', join(folder, 'apps/reports/node_modules/left'));
  const { code, stdout } = await check(
    { 'a.ts': jobFile('A', build('nothere')), 'b.ts': jobFile('B', build('reports')) },
    '--json',
  );

  expect(code).toBe(2);
  expect((JSON.parse(stdout) as { problems: string[] }).problems).toEqual([
    'jobs/a.ts: A: tasks.build.app: there is no folder apps/nothere for CodeBuild to build from; make it, or write the name of another',
    'jobs/b.ts: B: tasks.build.app: apps/reports/words is a link that leads nowhere; take it away, or put there what it should lead to',
  ]);
});

test('Promise.all and its like over task calls are found with file and line, and what to write instead', async () => {
  const run = (body: string) =>
    jobFile('X', `async run({ tasks, input }: { tasks: any; input: string[] }) {\n${body}\n},`);
  const { code, stdout } = await check(
    {
      'a.ts': run('await Promise.all([\n  tasks.work(),\n  tasks.work(),\n]);').replace("'X'", "'A'"),
      'b.ts': run('const calls = input.map((x) => tasks.work(x));\nawait Promise.allSettled(calls);').replace(
        "'X'",
        "'B'",
      ),
      'c.ts': run('await Promise.race([one(tasks), Promise.resolve()]);').replace("'X'", "'C'"),
      'd.ts': run('const list: unknown[] = [];\nlist.push(tasks.work.array(2));\nawait Promise.any(list);').replace(
        "'X'",
        "'D'",
      ),
      'e.ts': run('const done = await tasks.work();\nawait Promise.all([1, 2].map(async (x) => x + done));').replace(
        "'X'",
        "'E'",
      ),
      'f.ts': `interface Left {\n  a: number;\n}\n${run('const work = () => tasks.work();\n\nawait Promise.all([work()]);').replace("'X'", "'F'")}`,
    },
    '--json',
  );

  expect(code).toBe(2);
  const at = (file: string, line: number, name: string) =>
    expect.stringMatching(
      new RegExp(`^jobs/${file}:${line}: uses Promise\\.${name} over task calls; .*await parallel\\(`),
    );
  expect((JSON.parse(stdout) as { problems: string[] }).problems).toEqual([
    at('a.ts', 6, 'all'),
    at('b.ts', 7, 'allSettled'),
    at('c.ts', 6, 'race'),
    at('d.ts', 8, 'any'),
    at('f.ts', 11, 'all'),
  ]);
});
