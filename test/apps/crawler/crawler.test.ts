import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createAppImages } from '../../../local/apps/app-images.ts';
import { localCommand } from '../../../local/aws/images.ts';
import type { LocalImage } from '../../../local/aws/options.ts';
import { until } from '../../support/until.ts';
import { jsonLines, startProgram } from '../run-program.ts';
import { type FakeAws, startFakeAws } from './fake-aws.ts';

const root = process.cwd();
const password = 'never-to-be-seen';
const task = {
  STAGE: 'dev',
  SNS_ARN: 'arn:aws:sns:ap-northeast-1:000000000000:crawls',
  DB_NAME: 'market',
  DB_SECRET_NAME: 'market/database',
  JOB_QUEUE_URL: 'http://127.0.0.1/000000000000/jobs',
  BUCKET: 'crawls',
  NIGHTSHIFT_DATE: '2026-11-21',
  NIGHTSHIFT_ATTEMPT_ID: '0123456789abcdef',
};

let image: LocalImage;
let aws: FakeAws;
// Its packages come from the network the first time.
beforeAll(async () => {
  image = await createAppImages({ directory: root }).image('crawler');
}, 300_000);
beforeEach(async () => {
  aws = await startFakeAws({
    name: 'market/database',
    value: JSON.stringify({ username: 'reader', password }),
  });
});
afterEach(() => aws.close());

test('its own tests pass', async () => {
  const env = { ...image.environment };

  const { stderr } = await promisify(execFile)('python', ['-m', 'unittest'], { cwd: image.directory, env });

  expect(stderr).toMatch(/^OK$/m);
});

test('it follows the links, keeps the pages in S3 under the date, and tells the topic', async () => {
  const { code, stdout, stderr } = await crawl({ JOB_INPUT: '{"message":"hello"}' });

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(aws.requests.map(({ call }) => call)).toEqual([
    'GetSecretValue',
    'PutObject /crawls/dev/2026-11-21.json',
    'Publish',
  ]);
  const [, object, summary] = aws.requests;
  expect(JSON.parse(jsonOf(object?.body))).toEqual({
    source: { database: 'market', user: 'reader', queue: task.JOB_QUEUE_URL },
    message: 'hello',
    pages: [
      { path: 'index.html', title: 'The night market', links: 4 },
      { path: 'hours.html', title: 'Opening hours', links: 2 },
      { path: 'stalls/fish.html', title: 'Fish & shells', links: 3 },
      { path: 'stalls/tea.html', title: 'Tea', links: 1 },
      { path: 'holidays.html', broken: true },
    ],
  });
  expect(summary?.body).toMatchObject({
    TopicArn: task.SNS_ARN,
    Subject: 'Crawl of 2026-11-21',
    Message: '4 pages, 1 broken links',
  });
  expect(stdout + JSON.stringify(aws.requests)).not.toContain(password);
});

test('its last line is the output that Nightshift reads, after a line of progress for each page', async () => {
  const { stdout } = await crawl({ JOB_INPUT: '{"message":"hello"}' });

  const lines = jsonLines(stdout);
  const common = { attempt: task.NIGHTSHIFT_ATTEMPT_ID, shard: 0 };
  expect(lines.at(-1)).toEqual({
    nightshift: {
      ...common,
      output: { message: 'hello', pages: 4, broken: ['holidays.html'], result: 's3://crawls/dev/2026-11-21.json' },
      records: 4,
    },
  });
  expect(lines.slice(0, -1).map(({ nightshift }) => nightshift)).toEqual(
    [1, 2, 3, 4, 5].map((done) => ({ ...common, progress: { done, total: done } })),
  );
});

test('the parameter sfn_input reaches it as an argument', async () => {
  const { stdout } = await crawl({}, ['{"message":"by parameter"}']);

  expect(jsonLines(stdout).at(-1)).toMatchObject({ nightshift: { output: { message: 'by parameter' } } });
});

test('what is missing in its environment is named, and nothing is called', async () => {
  const { code, stdout, stderr } = await crawl({ SNS_ARN: '', BUCKET: '' });

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('crawler: not set: SNS_ARN, BUCKET');
  expect(aws.requests).toEqual([]);
});

test('a call that AWS refuses ends it with 1, without an output', async () => {
  aws.script.refuse = 'Publish';

  const { code, stdout, stderr } = await crawl({});

  expect(code).toBe(1);
  expect(stderr).toMatch(/^crawler: An error occurred \(AccessDenied\) when calling the Publish operation/);
  expect(stdout).not.toContain('"output"');
});

test('a secret that is not as it should be is named, not shown', async () => {
  await aws.close();
  aws = await startFakeAws({ name: 'market/database', value: password });

  const { code, stdout, stderr } = await crawl({});

  expect(code).toBe(1);
  expect(stderr).toContain('the secret market/database must be JSON with "username" and "password"');
  expect(stdout + stderr).not.toContain(password);
});

test('SIGTERM ends it with another code than 0, and without an output', async () => {
  aws.script.hang = 'PutObject';
  const { process: child, ended } = start({});
  await until(() => aws.requests.some(({ call }) => call.startsWith('PutObject')), {
    describe: 'the crawler to write',
  });

  child.kill('SIGTERM');
  const { code, stdout } = await ended;

  expect(code).toBe(143);
  expect(stdout).not.toContain('"output"');
});

/** The command that the job file has, where the image has the file. */
function start(variables: Record<string, string>, args: string[] = []) {
  const command = localCommand(image, ['python', '/opt/app/job/crawler.py', ...args]);
  expect(command[1]).toBe(join(root, 'apps/crawler/crawler.py'));
  return startProgram(image, command, { ...aws.variables, ...task, ...variables });
}

function crawl(variables: Record<string, string>, args: string[] = []) {
  return start(variables, args).ended;
}

/** The body may come in chunks with their checksum behind it. */
function jsonOf(body: unknown): string {
  return /\{[\s\S]*\}/.exec(String(body))?.[0] ?? '';
}
