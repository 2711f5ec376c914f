import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TerminateJobCommand } from '@aws-sdk/client-batch';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { readLog } from '../../../local/aws/docker/read-log.ts';
import type { LocalAwsOptions } from '../../../local/aws/index.ts';
import { startLocalAws } from '../../../local/aws/index.ts';
import { type FakeDaemon, startFakeDaemon } from './fake-docker-daemon.ts';
import { shell, withEcs } from './with-ecs.ts';
import { until, withLocalAws } from './with-local-aws.ts';

let folder: string;
let daemon: FakeDaemon;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docker-'));
  daemon = await startFakeDaemon(folder);
});
afterEach(async () => {
  await daemon.stop();
  await rm(folder, { recursive: true, force: true });
});

const inDocker = (): Partial<LocalAwsOptions> => ({
  docker: { socketPath: daemon.socketPath, network: 'night', owner: 'test' },
});
const size = [
  { type: 'VCPU' as const, value: '0.5' },
  { type: 'MEMORY' as const, value: '1024' },
];
const withSize = (script: string) => ({
  containerProperties: { image: 'image', command: ['sh', '-c', script], resourceRequirements: size },
});

test('a job is a container: its image, command, environment, limits and network; its lines, exit code and journal', async () => {
  await withLocalAws(inDocker(), async ({ aws, define, submit, ends, logs }) => {
    await define('', withSize('echo "index $WORD"; echo trouble >&2; exit 7'));
    const job = await ends(
      await submit({ containerOverrides: { environment: [{ name: 'WORD', value: 'a=b' }] }, jobName: 'one' }),
    );

    expect(job).toMatchObject({ status: 'FAILED', container: { exitCode: 7 } });
    const [{ asked }] = daemon.made as [FakeDaemon['made'][0]];
    expect(asked).toMatchObject({
      Image: 'image',
      Labels: { 'nightshift.local-aws': 'test', 'nightshift.task': job.jobId },
      HostConfig: { CpuPeriod: 100_000, CpuQuota: 50_000, Memory: 2 ** 30, MemorySwap: 2 ** 30, NetworkMode: 'night' },
    });
    // A container has a PATH of its own.
    expect(asked.Env.filter((one) => one.startsWith('PATH='))).toEqual([]);
    expect(asked.Env).toEqual(expect.arrayContaining(['WORD=a=b', `AWS_ENDPOINT_URL=${aws.endpoint}`]));
    const { events = [] } = await logs.send(
      new GetLogEventsCommand({ logGroupName: '/aws/batch/job', logStreamName: job.container?.logStreamName }),
    );
    expect(events.map(({ message }) => message).sort()).toEqual(['index a=b', 'trouble']);
    const [run] = aws.journal.processes(job.jobId);
    expect(run).toMatchObject({ started: { jobName: 'one', attempt: 1 }, ended: { exitCode: 7 } });
    expect(daemon.containers).toEqual([]);
  });
});

test('a container that Docker killed for its memory is OutOfMemoryError', async () => {
  daemon.outOfMemory = true;
  await withLocalAws(inDocker(), async ({ define, submit, ends }) => {
    await define('kill -9 $$');

    const job = await ends(await submit());

    expect(job.container).toMatchObject({
      exitCode: 137,
      reason: 'OutOfMemoryError: Container killed due to memory usage',
    });
  });
});

test('a terminated job gets SIGTERM, and SIGKILL after the grace', async () => {
  await withLocalAws(
    { ...inDocker(), timings: { killGraceMs: 100 } },
    async ({ batch, define, submit, reaches, ends }) => {
      await define("trap '' TERM; while :; do sleep 0.1; done");
      const id = await submit();
      await reaches(id, 'RUNNING');

      await batch.send(new TerminateJobCommand({ jobId: id, reason: 'enough' }));

      expect(await ends(id)).toMatchObject({ statusReason: 'enough', container: { exitCode: 137 } });
      expect(daemon.containers).toEqual([]);
    },
  );
});

test('an image that Docker does not have is not pulled, and a command that it has not does not start', async () => {
  await withLocalAws(inDocker(), async ({ define, submit, ends }) => {
    await define('', { containerProperties: { image: 'other', command: ['true'] } });
    expect((await ends(await submit())).container?.reason).toBe(
      'CannotPullContainerError: there is no image other: build it',
    );

    await define('', { containerProperties: { image: 'image', command: ['/not/there'] } });
    expect((await ends(await submit())).container?.reason).toMatch(/^CannotStartContainerError: exec: .*\/not\/there/);
    expect(daemon.containers).toEqual([]);
  });
});

test('an ECS task is a container with its own entry point', async () => {
  await withEcs(inDocker(), async ({ define, run, stops }) => {
    const container = { ...shell('main', ''), entryPoint: ['sh', '-c'], command: ['exit 3'] };
    await define('', { containerDefinitions: [container] });

    const task = await stops(await run());

    expect(task.containers?.[0]?.exitCode).toBe(3);
    expect(daemon.made[0]?.asked).toMatchObject({ Entrypoint: ['sh', '-c'], Cmd: ['exit 3'] });
  });
});

test('what runs at the stop is removed; what a killed one left behind is removed at the next start, and nothing else', async () => {
  await withLocalAws(inDocker(), async ({ define, submit, reaches }) => {
    await define('exec sleep 300');
    await reaches(await submit(), 'RUNNING');
  });
  expect(daemon.containers).toEqual([]);

  const left = { Image: 'image', Env: [], HostConfig: {} };
  for (const owner of ['test', 'other']) {
    const asked = { ...left, Labels: { 'nightshift.local-aws': owner } };
    daemon.containers.push({ id: owner, asked, process: undefined, exitCode: 0, output: [] });
  }
  await withLocalAws(inDocker(), async () => {
    expect(daemon.containers.map(({ id }) => id)).toEqual(['other']);
  });
});

test('the lines of a log are whole, however its pieces are cut', async () => {
  const piece = (stream: number, text: string) => {
    const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
    header.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([header, Buffer.from(text)]);
  };
  const whole = Buffer.concat([piece(1, 'on'), piece(2, 'err\u3042\n'), piece(1, 'e\ntwo\nrest')]);
  for (const size of [1, 3, 7, whole.length]) {
    const lines: string[] = [];
    const cut = async function* () {
      for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
    };

    await readLog(cut(), (line) => lines.push(line));

    expect([size, lines]).toEqual([size, ['err\u3042', 'one', 'two', 'rest']]);
  }
});

test('without a daemon, it says so and does not start', async () => {
  const docker = { socketPath: join(folder, 'nobody'), owner: 'test' };

  await expect(startLocalAws({ images: {}, jobQueues: [], docker })).rejects.toThrow(
    /Docker does not answer at .*nobody \(ENOENT\): start it/,
  );
});

describe('beyond 127.0.0.1', () => {
  test('it listens only with an access key', async () => {
    const starting = startLocalAws({ images: {}, jobQueues: [], host: '0.0.0.0' });

    await expect(starting).rejects.toThrow(/only with an access key/);
  });

  test('it lets in who has the key, and tells others only that it is up', async () => {
    const aws = await startLocalAws({ images: {}, jobQueues: ['main'], accessKeyId: 'AKIA-right' });
    const call = (accessKeyId: string) =>
      fetch(`${aws.endpoint}/v1/describejobqueues`, {
        method: 'POST',
        body: '{}',
        headers: { authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261121/r/batch/aws4_request` },
      }).then(({ status }) => status);

    expect(await Promise.all(['AKIA-right', 'AKIA-wrong', 'AKIA-righ', '\u00e4KIA-righ'].map(call))).toEqual([
      200, 403, 403, 403,
    ]);
    expect((await fetch(`${aws.endpoint}/_local/health`)).status).toBe(200);
    expect((await fetch(`${aws.endpoint}/_local/journal`)).status).toBe(403);
    await aws.stop();
  });
});

test('a job in a container is seen by others while it runs', async () => {
  await withLocalAws(inDocker(), async ({ aws, define, submit }) => {
    await define('exec sleep 300');
    const id = await submit();

    const running = await until(
      () => aws.journal.running(),
      (found) => found.length > 0,
    );

    expect(running[0]).toMatchObject({ jobId: id, pid: daemon.made[0]?.process?.pid });
  });
});
