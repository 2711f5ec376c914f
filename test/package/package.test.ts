import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { processesWith } from '../support/leaks.ts';
import { type InstalledProject, installProject } from './installed-project.ts';

const root = resolve(import.meta.dirname, '../..');

// npm, the compiler and the bundler by turns: minutes on a busy machine.
jest.setTimeout(480_000);

let project: InstalledProject;
beforeAll(async () => {
  project = await installProject();
}, 600_000);
afterAll(() => project?.remove());

test('packing leaves nothing in the checkout', () => {
  expect(existsSync(join(root, 'dist'))).toBe(false);
});

test('the package holds what it runs with, and what only the checkout needs stays out', () => {
  const { include, exclude } = JSON.parse(readFileSync(join(root, 'tsconfig.build.json'), 'utf8'));
  const sources = (include as string[])
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => filesBelow(folder))
    .filter((file) => !exclude.some((folder: string) => file.startsWith(`${folder}/`)));
  const expected = sources.flatMap((file) => {
    const module = file.replace(/\.ts$/, '');
    return file === module ? [`dist/${file}`] : [`dist/${module}.d.ts`, `dist/${module}.js`];
  });

  expect(project.packed.filter((file) => file.startsWith('dist/'))).toEqual(expected.sort());
  expect(project.packed).toEqual(
    expect.arrayContaining([
      ...[
        'CHANGELOG.md',
        'Dockerfile',
        'LICENSE',
        'README.md',
        'bin/health.js',
        'bin/nightshift.js',
        'docs/job-reference.md',
        'package.json',
      ],
      ...['dist/local/aws/lambda/bootstrap.js', 'dist/store/migrations/0001_runs-steps-locks-outbox.sql'],
      ...filesBelow('templates'),
    ]),
  );
  const folders = new Set(project.packed.map((file) => file.split('/')[0]));
  expect(
    [...folders]
      .filter((name) => name !== undefined && !name.includes('.') && !['LICENSE', 'Dockerfile'].includes(name))
      .sort(),
  ).toEqual(['bin', 'dist', 'docs', 'templates']);
});

test('whatever the package imports is Node, or among its dependencies, or what who deploys installs', () => {
  const home = join(project.directory, 'node_modules/nightshift');
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const known = { ...dependencies, ...peerDependencies };
  const code = project.packed.filter((file) => file.endsWith('.js')).map((file) => join(home, file));

  const imported = new Set(code.flatMap((file) => packagesIn(readFileSync(file, 'utf8'))));

  expect(imported.size).toBeGreaterThan(20);
  expect([...imported].filter((name) => !Object.hasOwn(known, name))).toEqual([]);
});

test('npm runs the install scripts that are needed, and asks about none', () => {
  expect(project.installed.stdout + project.installed.stderr).not.toContain('install scripts');
});

test('npm start runs the job to its end, and leaves nothing running', async () => {
  const { code, stdout, stderr } = await project.run('npm', 'start');

  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^nightly-sales\/2026-11-21 {2}succeeded in /m);
  expect(stdout).toMatch(/^ {2}add#1 +succeeded .*\n {2}announce#1 +succeeded .*\n {2}records: 10$/m);
  expect(stdout).toContain('text: 2026-11-21: 10 sales, 151.15 in all');
  expect(processesWith(project.directory)).toEqual([]);
});

test('npm test runs its tests', async () => {
  const { code, stdout } = await project.run('npm', 'test');

  expect(code).toBe(0);
  expect(stdout).toMatch(/^# pass 2\n# fail 0$/m);
});

test('npm run check finds nothing, and says so of a wrong job', async () => {
  const right = await project.run('npm', 'run', 'check');
  writeJob('second.ts', "import { readFileSync } from 'node:fs';", 'String(readFileSync)');
  const wrong = await project.run('npx', 'nightshift', 'check');
  rmSync(join(project.directory, 'jobs/second.ts'));

  expect([right.code, right.stderr]).toEqual([0, '']);
  expect(right.stdout).toContain('1 job, no problems');
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('jobs/second.ts: imports node:fs') });
});

test('its types are strict, and bring no error of their own', async () => {
  writeJob('second.ts', '', "'a'");
  writeFileSync(join(project.directory, 'jobs/misuse.ts'), misuse);

  const settings = ['--skipLibCheck', 'false', '--noPropertyAccessFromIndexSignature'];
  const { stdout } = await project.run('npx', 'tsc', '--noEmit', ...settings);
  for (const file of ['second.ts', 'misuse.ts']) rmSync(join(project.directory, 'jobs', file));

  const errors = stdout.split('\n').filter((line) => /: error TS/.test(line));
  // Temporal's own declarations have some, and Pulumi is installed only by who deploys; skipLibCheck, which the project has, leaves them out.
  const others = errors.filter((line) => !/^node_modules\/(@temporalio|nightshift\/dist\/pulumi)\//.test(line));
  expect(others.map(placeOf)).toEqual(['jobs/misuse.ts(5)', 'jobs/misuse.ts(7)', 'jobs/misuse.ts(8)']);
});

test('nightshift/container is there for programs, also without a resolver of TypeScript', async () => {
  const program = "import { shard } from 'nightshift/container'; console.log(shard());";
  writeFileSync(join(project.directory, 'program.mjs'), program);

  const { stdout, stderr } = await project.run('node', 'program.mjs');

  expect([stdout, stderr]).toEqual([expect.stringMatching(/index: 0/), '']);
});

test('recorded histories are replayed with the jobs of the project', async () => {
  for (const kind of ['json', 'commands.txt']) {
    cpSync(join(root, `test/histories/success.${kind}`), join(project.directory, `histories/success.${kind}`));
  }
  cpSync(join(root, 'test/support/jobs/work.ts'), join(project.directory, 'jobs/work.ts'));
  const program =
    "import { replayHistories } from 'nightshift/testing'; console.log(await replayHistories('histories'));";

  const { stdout, stderr } = await project.run('node', '--import', 'tsx', '--input-type=module', '-e', program);

  expect([stdout, stderr]).toEqual(["[ 'success' ]\n", '']);
});

/** Three mistakes that only the package's types can find, in the lines 5, 7 and 8. */
const misuse = `import { batchTask, defineJob } from 'nightshift';
const add = batchTask<{ date: string }, { cents: number }>({ app: 'sales', command: ['node', 'add.js'], output: 'line', vcpu: 1, memory: '2 GB' });
export const misuse = defineJob({
  id: 'misuse', name: 'Misuse', tasks: { add,
    big: batchTask({ app: 'sales', command: [], vcpu: 0.25, memory: '9 GB' }) },
  async run({ tasks, date }) {
    await tasks.ad({ date });
    return { records: (await tasks.add({ date })).euros };
  },
});
`;

function placeOf(error: string): string {
  return error.replace(/,\d+\).*/, ')');
}

/** A job beside the one of the template. */
function writeJob(file: string, imports: string, used: string): void {
  const code = `${imports}
import { defineJob } from 'nightshift';
export const second = defineJob({ id: 'second', name: 'Second', tasks: {}, async run() { return { used: ${used} }; } });
`;
  writeFileSync(join(project.directory, 'jobs', file), code);
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

/** The packages that a module imports by name. */
function packagesIn(code: string): string[] {
  const { importedFiles } = ts.preProcessFile(code, true, true);
  const names = importedFiles
    .map(({ fileName }) => fileName)
    .filter((name) => !/^(\.|node:|nightshift(\/|$))/.test(name));
  return names.map((name) =>
    name
      .split('/')
      .slice(0, name.startsWith('@') ? 2 : 1)
      .join('/'),
  );
}
