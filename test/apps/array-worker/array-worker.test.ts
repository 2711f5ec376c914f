import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { createAppImages } from '../../../local/apps/app-images.ts';
import type { LocalImage } from '../../../local/aws/options.ts';
import { until, withLocalAws } from '../../local/aws/with-local-aws.ts';
import { startProgram } from '../run-program.ts';

const root = process.cwd();
const folder = join(root, 'apps/array-worker');
const input = { message: 'Hello!', items: ['item-A', 'item-B'] };

let image: LocalImage;
// The compiler has nothing kept the first time.
beforeAll(async () => {
  image = await createAppImages({ directory: root }).image('array-worker');
}, 300_000);

test('its own tests pass, and it is formatted as Go is', async () => {
  await promisify(execFile)('go', ['test', '-count=1', './...'], { cwd: folder });
  const { stdout } = await promisify(execFile)('gofmt', ['-l', '.'], { cwd: folder });

  expect(stdout).toBe('');
}, 300_000);

test('it stands alone: no package but the standard library', async () => {
  expect(await readFile(join(folder, 'go.mod'), 'utf8')).toBe('module array-worker\n\ngo 1.21\n');
});

test('each child of an array job handles the item of its index, and its log is one JSON value', async () => {
  await withWorker(async ({ submit, ends, results }) => {
    const jobId = await submit({
      arrayProperties: { size: 2 },
      containerOverrides: { environment: [{ name: 'JOB_INPUT', value: JSON.stringify(input) }] },
    });
    expect((await ends(jobId)).status).toBe('SUCCEEDED');

    expect(await results(`${jobId}:0`, `${jobId}:1`)).toEqual([
      { ...resultOf('item-A', 0), jobId: `${jobId}:0` },
      { ...resultOf('item-B', 1), jobId: `${jobId}:1` },
    ]);
  });
});

test('a child that is lost once runs again under its own index', async () => {
  await withWorker(async ({ aws, submit, ends, results }) => {
    aws.misbehave.jobRule({ kind: 'imagePull', index: 1, times: 1 });
    const jobId = await submit({
      arrayProperties: { size: 2 },
      retryStrategy: { attempts: 2 },
      containerOverrides: { environment: [{ name: 'JOB_INPUT', value: JSON.stringify(input) }] },
    });
    expect((await ends(jobId)).status).toBe('SUCCEEDED');

    expect(await results(`${jobId}:1`)).toEqual([{ ...resultOf('item-B', 1), jobId: `${jobId}:1`, attempt: 2 }]);
    expect(aws.journal.processes(`${jobId}:0`)).toHaveLength(1);
  });
});

test('a single job is like the first child', async () => {
  await withWorker(async ({ submit, ends, results }) => {
    const jobId = await submit({
      containerOverrides: { environment: [{ name: 'JOB_INPUT', value: JSON.stringify(input) }] },
    });
    await ends(jobId);

    expect(await results(jobId)).toEqual([{ ...resultOf('item-A', 0), jobId }]);
  });
});

test.each([
  ['no input', {}, 'JOB_INPUT is not set: give the job an input such as {"message"'],
  ['an index without an item', { AWS_BATCH_JOB_ARRAY_INDEX: '2' }, 'there is no item for index 2'],
])('%s ends it with 1, a message that says why, and no result', async (_, variables, message) => {
  const given = Object.keys(variables).length === 0 ? {} : { JOB_INPUT: JSON.stringify(input), ...variables };

  const ended = await startProgram(image, ['array-worker'], given).ended;

  expect(ended).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining(`array-worker: ${message}`) });
});

test('SIGTERM ends it in the middle of its work, and nobody takes that for a success', async () => {
  const long = { ...input, rounds: 2_000_000_000 };
  const { process: child, ended } = startProgram(image, ['array-worker'], { JOB_INPUT: JSON.stringify(long) });
  // Asked again and again, since it may not listen yet; without its own word the kernel's end would have no exit code.
  const asking = setInterval(() => child.kill('SIGTERM'), 200);

  const { code, stdout, stderr } = await ended.finally(() => clearInterval(asking));

  expect({ code, stdout }).toEqual({ code: 143, stdout: '' });
  expect(stderr).toBe('array-worker: stopped before the item was done\n');
});

type Worker = Parameters<Parameters<typeof withLocalAws>[1]>[0] & {
  results(...jobIds: string[]): Promise<unknown[]>;
};

/** A local AWS that knows the worker's image and a definition `job` for it. */
function withWorker(test: (worker: Worker) => Promise<void>): Promise<void> {
  return withLocalAws({ images: { image }, maxVcpus: 4 }, async (bench) => {
    await bench.define('', { containerProperties: { image: 'image', command: ['array-worker'] } });
    const results = (...jobIds: string[]) => Promise.all(jobIds.map((jobId) => resultIn(bench, jobId)));
    await test({ ...bench, results });
  });
}

async function resultIn(bench: Omit<Worker, 'results'>, jobId: string): Promise<unknown> {
  const { container } = await bench.describe(jobId);
  const command = { logGroupName: '/aws/batch/job', logStreamName: container?.logStreamName, startFromHead: true };
  const log = await until(
    async () => {
      const { events } = await bench.logs.send(new GetLogEventsCommand(command));
      return (events ?? []).map((event) => event.message).join('\n');
    },
    (text) => text.endsWith('}'),
  );
  expect(log).toMatch(/^\{\n {2}"message"/);
  return JSON.parse(log);
}

function resultOf(item: string, index: number) {
  const sha256 = createHash('sha256').update(item).digest('hex');
  return { message: 'Hello!', item, index, length: item.length, sha256, attempt: 1 };
}
