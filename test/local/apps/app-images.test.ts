import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createAppImages } from '../../../local/apps/app-images.ts';
import { until } from '../../support/until.ts';

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'apps-'));
});
afterEach(() => rm(project, { recursive: true, force: true }));

test('an app without a build runs in its own folder', async () => {
  await put('apps/plain/run.sh', 'echo');

  expect(await createAppImages({ directory: project }).image('plain')).toEqual({
    directory: join(project, 'apps/plain'),
  });
});

test('an app with a build script is built once for the same files, and again when one of them changes', async () => {
  await put(
    'apps/report/package.json',
    JSON.stringify({ scripts: { build: 'mkdir -p dist && echo x >> dist/built' } }),
  );
  const build = () => createAppImages({ directory: project }).image('report');

  const image = await build();
  await build();
  const once = await built('report');
  await put('apps/report/more.js', '');
  await build();

  expect(image).toEqual({ directory: join(project, 'apps/report/dist') });
  expect([once, await built('report')]).toEqual(['x\n', 'x\nx\n']);
});

test('tasks that start together share one build', async () => {
  await put(
    'apps/report/package.json',
    JSON.stringify({ scripts: { build: 'mkdir -p dist && echo x >> dist/built' } }),
  );
  const images = createAppImages({ directory: project });

  await Promise.all([images.image('report'), images.image('report'), images.image('report')]);

  expect(await built('report')).toBe('x\n');
});

test('a build that fails says why, and is tried again when the app is asked for again', async () => {
  await put('apps/report/package.json', JSON.stringify({ scripts: { build: 'echo no such module; exit 1' } }));
  const images = createAppImages({ directory: project });

  await expect(images.image('report')).rejects.toThrow(/^The build of apps\/report failed:\n.*no such module/s);
  await put('apps/report/package.json', JSON.stringify({ scripts: { build: 'mkdir dist' } }));

  expect(await images.image('report')).toEqual({ directory: join(project, 'apps/report/dist') });
});

test('an app without a folder is refused with what to do', async () => {
  await expect(createAppImages({ directory: project }).image('none')).rejects.toThrow(
    'The app "none" has no folder apps/none: make it, or correct `app` in the job file',
  );
});

test('a Go app becomes a program of its name, found on PATH', async () => {
  await put('apps/greeter/go.mod', 'module example/other-name\n\ngo 1.21\n');
  await put('apps/greeter/main.go', 'package main\n\nfunc main() { println("hello") }\n');

  const image = await createAppImages({ directory: project }).image('greeter');
  const { stderr } = await promisify(execFile)('greeter', [], { cwd: image.directory, env: image.environment });

  expect(stderr).toBe('hello\n');
});

test('a Go app that does not compile fails with the words of the compiler', async () => {
  await put('apps/greeter/go.mod', 'module greeter\n\ngo 1.21\n');
  await put('apps/greeter/main.go', 'package main\n\nfunc main() { printn("hello") }\n');

  await expect(createAppImages({ directory: project }).image('greeter')).rejects.toThrow(
    /^The build of apps\/greeter failed:\n.*undefined: printn/s,
  );
});

test('without Go or Python the message names the app, the version and the way out', async () => {
  await put('apps/greeter/go.mod', 'module greeter\n\ngo 1.22\n');
  await put('apps/crawler/requirements.txt', '');
  const images = createAppImages({ directory: project, environment: { PATH: join(project, 'nothing') } });

  await expect(images.image('greeter')).rejects.toThrow(
    'The app greeter needs Go 1.22 or later, and there is no go on PATH: install Go, or run other jobs',
  );
  await expect(images.image('crawler')).rejects.toThrow(
    'The app crawler needs Python 3, and there is no python3 on PATH: install Python, or run other jobs',
  );
});

test('a Python app gets a virtual environment, once for the same requirements', async () => {
  await put('apps/crawler/requirements.txt', '# none\n');
  await put('apps/crawler/where.py', 'import sys\nprint(sys.prefix)\n');
  const images = () => createAppImages({ directory: project });

  const image = await images().image('crawler');
  const { stdout } = await promisify(execFile)('python', ['where.py'], {
    cwd: image.directory,
    env: image.environment,
  });
  const first = await stat(stdout.trim());
  await images().image('crawler');

  expect(stdout).toContain(join(project, '.nightshift/python/crawler-'));
  expect((await stat(stdout.trim())).ino).toBe(first.ino);
});

test('packages that cannot be installed leave nothing behind that looks like an environment', async () => {
  await put('apps/crawler/requirements.txt', './not-here\n');

  await expect(createAppImages({ directory: project }).image('crawler')).rejects.toThrow(
    /^The packages of apps\/crawler\/requirements.txt cannot be installed:\n/,
  );
  await put('apps/crawler/requirements.txt', '');

  await expect(createAppImages({ directory: project }).image('crawler')).resolves.toBeDefined();
});

test('a Dockerfile that copies the whole app says where its files are in the image', async () => {
  await put(
    'apps/crawler/Dockerfile',
    'FROM a AS build\nCOPY . /build/\nFROM b\nCOPY --from=build . /lib/\nCOPY --chown=app . /opt/app/job/\nCOPY run.sh /bin/\n',
  );

  expect(await createAppImages({ directory: project }).image('crawler')).toEqual({
    directory: join(project, 'apps/crawler'),
    paths: { '/opt/app/job': join(project, 'apps/crawler') },
  });
});

test('stopping ends a build that runs', async () => {
  await put('apps/report/package.json', JSON.stringify({ scripts: { build: 'touch begun; sleep 600' } }));
  const images = createAppImages({ directory: project });
  images.prepare(['report']);
  await until(() => stat(join(project, 'apps/report/begun')), { describe: 'the build to run' });

  await images.stop();

  await expect(images.image('report')).rejects.toThrow();
});

async function put(name: string, text: string): Promise<void> {
  const file = join(project, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

function built(app: string): Promise<string> {
  return readFile(join(project, 'apps', app, 'dist/built'), 'utf8');
}
