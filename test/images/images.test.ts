import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { cli, startCli } from '../cli/cli.ts';
import { until } from '../support/until.ts';
import { type Answer, fakeDocker } from './fake-docker.ts';

const root = resolve(import.meta.dirname, '../..');
const digest = `sha256:${'ab'.repeat(32)}`;
const missing: Answer = { args: /^image inspect/, code: 1, output: 'Error: No such image' };
const notInRegistry: Answer = { args: /^buildx imagetools/, code: 1, output: 'ERROR: registry/x: not found' };
const pushed: Answer = { args: /^push/, output: `abc: Pushed\ntag: digest: ${digest} size: 1234\n` };
const registry = '123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/shop';

let folder: string;
/** Inside the repository, so that imports find its packages. */
beforeEach(async () => {
  await mkdir(join(root, '.nightshift'), { recursive: true });
  folder = await mkdtemp(join(root, '.nightshift', 'images-'));
  await write(
    'nightshift.config.ts',
    `export default { name: 'shop', stages: { prod: { region: 'eu-west-1', accountId: '123456789012' } } };\n`,
  );
  await write('jobs/nightly.ts', job('tool', 'report'));
  await write('apps/tool/Dockerfile', 'FROM scratch\nCOPY main /main\n');
  await write('apps/tool/main', 'one');
  await write('apps/report/Dockerfile', 'FROM scratch\nCOPY shared /shared\n');
  await write('apps/report/Dockerfile.dockerignore', '*\n!shared\n!apps/report\n');
  await write('shared/words', 'one');
  await write('apps/build/buildspec.yml', 'version: 0.2\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, content: string) {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), content);
}

const job = (...apps: string[]) => `import { batchTask, defineJob } from 'nightshift';
const task = (app: string) => batchTask({ app, command: ['/main'], vcpu: 1, memory: '2 GB' });
export const nightly = defineJob({ id: 'NIGHTLY', name: 'Nightly', tasks: {
  ${apps.map((app) => `${app}: task('${app}')`).join(', ')} }, async run() {} });\n`;

async function images(args: string[], answers: Answer[], env: Record<string, string> = {}) {
  const docker = await fakeDocker(folder, answers);
  const finished = await cli(['images', ...args], { cwd: folder, env: { PATH: docker.path, ...env } });
  return { ...finished, calls: await docker.calls() };
}

const records = (stage: string) =>
  readFile(join(folder, '.nightshift/images', `${stage}.json`), 'utf8').then((text) => JSON.parse(text));
const tagOf = (printed: string, name: string) => new RegExp(`/${name}:([0-9a-f]{20})$`, 'm').exec(printed)?.[1];

test('build builds the worker and each app with BuildKit, tagged by content, each from its folder', async () => {
  const { code, stdout, calls } = await images(['build'], [missing]);

  expect(code).toBe(0);
  expect(stdout.match(/^built +shop\/(\w+):[0-9a-f]{20}$/gm)).toHaveLength(3);
  const builds = calls.filter((call) => call.startsWith('buildx build'));
  const common = '--load --progress plain --platform linux/amd64 --provenance=false';
  expect(builds).toEqual([
    `buildx build ${common} --tag shop/report:${tagOf(stdout, 'report')} --file ${folder}/apps/report/Dockerfile ${folder}`,
    `buildx build ${common} --tag shop/tool:${tagOf(stdout, 'tool')} --file ${folder}/apps/tool/Dockerfile ${folder}/apps/tool`,
    `buildx build ${common} --tag shop/worker:${tagOf(stdout, 'worker')} --file ${root}/Dockerfile ${folder}`,
  ]);
});

test('a changed file changes the tags of the images that it goes into, and no other', async () => {
  const before = (await images(['build'], [missing])).stdout;
  // Of the same length, so that the content itself has to count.
  const changes: [string, string, string[]][] = [
    ['apps/tool/main', 'two', ['tool']],
    ['shared/words', 'two', ['worker', 'report']],
    ['jobs/nightly.ts', job('tool', 'report').replace("'Nightly'", "'nightly'"), ['worker']],
    ['apps/tool/node_modules/left', 'new', []],
  ];
  let last = before;
  for (const [file, content, changed] of changes) {
    await write(file, content);

    const { stdout } = await images(['build'], [missing]);

    const differing = ['worker', 'report', 'tool'].filter((name) => tagOf(stdout, name) !== tagOf(last, name));
    expect([file, differing]).toEqual([file, changed]);
    last = stdout;
  }
});

test('an image that is there is not built again; one for another platform is', async () => {
  const there: Answer = { args: /^image inspect/, output: 'linux/amd64\n' };

  const same = await images(['build', 'tool'], [there]);
  const other = await images(['build', 'tool', '--platform', 'linux/arm64'], [there]);

  expect(same.stdout).toMatch(/^unchanged +shop\/tool:/);
  expect(same.calls.some((call) => call.startsWith('buildx build'))).toBe(false);
  expect(other.calls.at(-1)).toContain('--platform linux/arm64');
});

test('push builds and pushes what the registry lacks, and records digest, hash and the jobs of the workers for the stage', async () => {
  const { code, stdout, calls } = await images(
    ['push', 'tool', 'worker', '--stage', 'prod', '--registry', registry],
    [missing, notInRegistry, pushed],
  );

  expect({ code, pushes: calls.filter((call) => call.startsWith('push')).length }).toEqual({ code: 0, pushes: 2 });
  expect(stdout).toMatch(new RegExp(`^pushed +${registry}/tool@${digest}$`, 'm'));
  const hash = expect.stringMatching(/^[0-9a-f]{20}$/);
  expect(await records('prod')).toEqual({
    tool: { image: `${registry}/tool@${digest}`, hash },
    worker: { image: `${registry}/worker@${digest}`, hash, jobs: { NIGHTLY: expect.stringMatching(/^[0-9a-f]{12}$/) } },
  });
});

test('push leaves alone what the registry has under the tag, and records its digest; other records stay', async () => {
  const inRegistry: Answer = { args: /^buildx imagetools/, output: `${digest}\n` };
  const other = { image: `${registry}/old@${digest}`, hash: 'abc' };
  await write('.nightshift/images/local.json', JSON.stringify({ old: other }));

  const { stdout, calls } = await images(['push', 'tool', '--registry', `${registry}/`], [inRegistry]);

  expect(stdout).toMatch(/^unchanged/);
  expect(calls.some((call) => /^(push|buildx build)/.test(call))).toBe(false);
  expect(await records('local')).toEqual({
    old: other,
    tool: { image: `${registry}/tool@${digest}`, hash: expect.any(String) },
  });
});

test('push takes the images of the deployment; an app that no task runs has no repository, and is built by its name', async () => {
  await write('jobs/nightly.ts', job('tool'));

  const all = await images(['push', '--stage', 'prod'], [missing, notInRegistry, pushed]);
  const named = await images(['build', 'report'], [missing]);

  expect(all.calls.filter((call) => call.startsWith('push')).map((call) => /\/(\w+):/.exec(call)?.[1])).toEqual([
    'tool',
    'worker',
  ]);
  expect(Object.keys(await records('prod'))).toEqual(['tool', 'worker']);
  expect(named).toMatchObject({ code: 0, stdout: expect.stringMatching(/^built +shop\/report:/) });
});

test('an app with capitals has an image without, as its repository has', async () => {
  await write('apps/Report2/Dockerfile', 'FROM scratch\n');

  const { stdout } = await images(['build', 'Report2', '--stage', 'prod'], [missing]);

  expect(stdout).toMatch(/\/shop-prod\/report2:[0-9a-f]{20}$/m);
});

test("the registry is that of the stage's account when it is not named", async () => {
  const staged = await images(['build', 'tool', '--stage', 'prod'], [missing]);

  expect(staged.stdout).toContain('123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop-prod/tool:');
  const unknown = await images(['build', 'tool', '--stage', 'staging'], [missing]);
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('has only prod') });
  expect(await images(['push', 'tool'], [])).toMatchObject({ code: 2, stderr: expect.stringContaining('--registry') });
});

test.each<[string, string[], Answer[], number, RegExp]>([
  ['an unknown app', ['build', 'tol'], [], 2, /There is no app "tol"; did you mean tool/],
  ['an app of CodeBuild alone', ['build', 'build'], [], 2, /"build" has no image: .*CodeBuild/],
  ['no scheme in a registry', ['push', '--registry', 'https://x'], [], 2, /write a host and a path without a scheme/],
  [
    'no daemon',
    ['build', 'tool'],
    [{ args: /./, code: 1, output: 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.' }],
    6,
    /Docker does not answer: start it/,
  ],
  [
    'no BuildKit',
    ['build', 'tool'],
    [missing, { args: /^buildx/, code: 1, output: "docker: 'buildx' is not a docker command." }],
    6,
    /has no BuildKit .*: install its plug-in buildx/,
  ],
  [
    'a build that fails',
    ['build', 'tool'],
    [missing, { args: /^buildx build/, code: 1, output: '#5 ERROR: main: not there\n' }],
    1,
    /The build of apps\/tool failed:\n#5 ERROR: main: not there/,
  ],
  [
    'a push to ECR that is denied',
    ['push', 'tool', '--registry', registry],
    [missing, notInRegistry, { args: /^push/, code: 1, output: 'denied: Your authorization token has expired.' }],
    1,
    /log in first: aws ecr get-login-password --region ap-northeast-1 \| docker login .*\ndenied: Your/,
  ],
  [
    'a look that is denied',
    ['push', 'tool', '--registry', 'registry.example/shop'],
    [{ args: /^buildx imagetools/, code: 1, output: 'ERROR: unexpected status: 401 Unauthorized' }],
    1,
    /could not be looked up: log in first: docker login registry.example\n/,
  ],
  [
    'a repository that is not there',
    ['push', 'tool', '--registry', registry],
    [missing, notInRegistry, { args: /^push/, code: 1, output: 'name unknown: The repository does not exist' }],
    1,
    /there is no such repository; a deployment of the stage makes one/,
  ],
])('%s is told in one message with what to do', async (_, args, answers, code, message) => {
  const finished = await images(args, answers);

  expect(finished).toMatchObject({ code, stderr: expect.stringMatching(message) });
  expect(finished.stderr).not.toContain('    at ');
});

test('without docker on PATH, and with an app that a task runs and that has no Dockerfile', async () => {
  const none = await cli(['images', 'build', 'tool'], { cwd: folder, env: { PATH: '/nowhere' } });
  expect(none).toMatchObject({ code: 6, stderr: expect.stringContaining('There is no docker on PATH') });

  await write('jobs/nightly.ts', job('gone'));
  const gone = await images(['build'], []);
  expect(gone).toMatchObject({ code: 2, stderr: expect.stringMatching(/"gone" has no apps\/gone\/Dockerfile/) });
});

test('an interruption ends the build, keeps what was recorded, and says that it was one', async () => {
  await write('jobs/nightly.ts', job('tool'));
  const hangs: Answer = { args: /^buildx build .*\/worker:/, hangs: true };
  const docker = await fakeDocker(folder, [missing, notInRegistry, pushed, hangs]);
  const tool = await images(['push', 'tool', '--registry', registry], [missing, notInRegistry, pushed]);
  expect(tool.code).toBe(0);
  const before = await records('local');
  await fakeDocker(folder, [missing, notInRegistry, pushed, hangs]);
  const running = startCli(['images', 'push', '--registry', registry], { cwd: folder, env: { PATH: docker.path } });
  await until(async () => (await docker.calls()).some((call) => hangs.args.test(call)), { describe: 'the build' });

  running.child.kill('SIGTERM');

  expect(await running.finished).toMatchObject({ code: 4, stderr: expect.stringContaining('interrupted') });
  expect(await records('local')).toEqual(before);
});
