import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentUses } from './environment-reads.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** config/ is the reader. Programs of their own start without it: containers, scripts, the launcher, tests. */
const readers = /^(config|container|apps|templates\/project\/apps|bin|scripts|test|bench)\/|^jest\.config\.js:/;

/** The only other uses, and why each may be. */
const exceptions = {
  // Set for the AWS SDK, which reads them by itself: the local AWS takes any.
  'cli/dev.ts: AWS_ACCESS_KEY_ID': 'set',
  'cli/dev.ts: AWS_SECRET_ACCESS_KEY': 'set',
  // Local mode starts before there is a database, which the settings need.
  'cli/dev.ts: NIGHTSHIFT_LOG_LEVEL': 'read',
  'cli/dev.ts: TEMPORAL_CLI': 'read',
  // `--stage` stands for the variable, before the settings are read.
  'cli/commands/dev.ts: NIGHTSHIFT_STAGE': 'set',
  // What a child process needs to run at all.
  'local/apps/app-images.ts: *': 'read',
  'local/aws/parts.ts: HOME': 'read',
  'local/aws/parts.ts: PATH': 'read',
  // Where programs and the user's cache are; tests give another one.
  'local/boto3/find-boto3.ts: *': 'read',
  'local/temporal/find-temporal.ts: *': 'read',
  // Runs in the process of a Lambda function, which is told so what to call.
  'local/aws/lambda/bootstrap.js: _HANDLER': 'read',
};

test('only config/ reads the environment, besides what is listed here', () => {
  const others = environmentUses(root).filter((use) => !readers.test(use));

  expect(others).toEqual(Object.keys(exceptions).sort());
});

describe('the check itself', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nightshift-env-'));
    await mkdir(join(folder, 'engine'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test.each([
    ['const a = process.env.SECRET;', 'SECRET'],
    ["const a = process.env['SECRET'];", 'SECRET'],
    ['const a = globalThis.process.env.SECRET;', 'SECRET'],
    ["const a = process['env'].SECRET;", 'SECRET'],
    ['const { env } = process;', '*'],
    ['const { env: all } = process;', '*'],
    ["import { env as all } from 'node:process';", '*'],
    ['function f(env = process.env) { return env; }', '*'],
  ])('finds %s', async (source, variable) => {
    await writeFile(join(folder, 'engine/file.ts'), source);

    expect(environmentUses(folder)).toEqual([`engine/file.ts: ${variable}`]);
  });

  test('does not take comments, texts and other environments for it', async () => {
    const source =
      "// process.env.A\nconst text = 'process.env.B';\nconst env = { PATH: '' };\nprocess.exit(env.PATH === text ? 0 : 1);";
    await writeFile(join(folder, 'engine/file.ts'), source);

    expect(environmentUses(folder)).toEqual([]);
  });
});
