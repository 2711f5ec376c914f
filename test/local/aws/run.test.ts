import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilterLogEventsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { isRunning } from '../../support/leaks.ts';
import { type Bench, withLocalAws } from './with-local-aws.ts';

test('a job runs as a process in its image folder with nothing inherited but PATH and HOME', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'image-'));
  writeFileSync(join(directory, 'marker'), 'found\n');
  process.env.NOT_FOR_TASKS = 'x';

  await withLocalAws({ images: { image: { directory, environment: { FROM_IMAGE: '1' } } } }, async (bench) => {
    const { aws, define, submit, ends } = bench;
    await define('cat marker; env');
    const job = await ends(await submit({ containerOverrides: { environment: [{ name: 'MINE', value: 'yes' }] } }));

    const [process_] = aws.journal.processes(job.jobId);
    expect(job).toMatchObject({ status: 'SUCCEEDED', statusReason: 'Essential container in task exited' });
    expect(job.container).toMatchObject({
      exitCode: 0,
      logStreamName: expect.stringMatching(/^job\/default\/[0-9a-f]{32}$/),
    });
    expect(job.attempts).toMatchObject([
      { container: { exitCode: 0 }, startedAt: job.startedAt, stoppedAt: job.stoppedAt },
    ]);
    expect(process_?.started.environment).toEqual({
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      FROM_IMAGE: '1',
      MINE: 'yes',
      AWS_BATCH_JOB_ID: job.jobId,
      AWS_BATCH_JOB_ATTEMPT: '1',
      AWS_BATCH_JQ_NAME: 'main',
      AWS_BATCH_CE_NAME: 'main-local',
      AWS_ENDPOINT_URL: bench.aws.endpoint,
      AWS_REGION: 'ap-northeast-1',
      AWS_DEFAULT_REGION: 'ap-northeast-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    });
    expect(await logOf(bench, job.container?.logStreamName)).toEqual(
      expect.arrayContaining(['found', 'MINE=yes', 'FROM_IMAGE=1', 'AWS_BATCH_JOB_ATTEMPT=1']),
    );
    expect((await logOf(bench, job.container?.logStreamName)).join()).not.toContain('NOT_FOR_TASKS');
  });
});

test('stdout and stderr become log events line by line, the last one also without a line break', async () => {
  await withLocalAws({}, async (bench) => {
    await bench.define('', {
      containerProperties: {
        image: 'image',
        command: ['sh', '-c', "printf 'one\\n\\nthree\\r\\nfour'"],
        logConfiguration: {
          logDriver: 'awslogs',
          options: { 'awslogs-group': '/shop', 'awslogs-stream-prefix': 'score' },
        },
      },
    });
    const job = await bench.ends(await bench.submit());

    const { events } = await bench.logs.send(
      new FilterLogEventsCommand({ logGroupName: '/shop', logStreamNamePrefix: 'score/default/' }),
    );

    expect(events?.map((event) => event.message)).toEqual(['one', '', 'three', 'four']);
    expect(events?.[0]?.logStreamName).toBe(job.container?.logStreamName);
  });
});

test('secrets reach the process by name, by ARN and by key, and are nowhere in the journal', async () => {
  const secrets = { 'shop/database': 'hunter2', 'shop/json': '{"password":"sesame"}' };
  await withLocalAws({ secrets }, async (bench) => {
    const { aws, define, submit, ends } = bench;
    const arn = `arn:aws:secretsmanager:${aws.region}:000000000000:secret`;
    await define('', {
      containerProperties: {
        image: 'image',
        command: ['sh', '-c', 'echo "$BY_NAME $BY_ARN $BY_KEY" | tr a-z b-za'],
        secrets: [
          { name: 'BY_NAME', valueFrom: 'shop/database' },
          { name: 'BY_ARN', valueFrom: `${arn}:shop/database` },
          { name: 'BY_KEY', valueFrom: `${arn}:shop/json:password::` },
        ],
      },
    });

    const job = await ends(await submit());

    // The task prints each letter's successor, so that the values themselves stand nowhere but in its environment.
    expect(await logOf(bench, job.container?.logStreamName)).toEqual(['ivoufs2 ivoufs2 tftbnf']);
    expect(aws.journal.processes()[0]?.started.secretNames).toEqual(['BY_NAME', 'BY_ARN', 'BY_KEY']);
    expect(JSON.stringify(aws.journal.entries)).not.toMatch(/hunter2|sesame/);
  });
});

test('what cannot start fails with the reason that AWS gives, and without an exit code', async () => {
  const images = { image: { directory: tmpdir() }, gone: { directory: join(tmpdir(), 'no-such-folder') } };
  await withLocalAws({ images }, async ({ aws, define, submit, ends }) => {
    await define('', { containerProperties: { image: 'image', command: ['no-such-command'] } });
    const noCommand = await ends(await submit());
    await define('', { containerProperties: { image: 'gone', command: ['true'] } });
    const noFolder = await ends(await submit());
    await define('', { containerProperties: { image: 'unknown', command: ['true'] } });
    const noImage = await ends(await submit());
    await define('', {
      containerProperties: { image: 'image', command: ['true'], secrets: [{ name: 'X', valueFrom: 'missing' }] },
    });
    const noSecret = await ends(await submit());

    const reasons = [noCommand, noFolder, noImage, noSecret].map((job) => job.container?.reason);
    expect(reasons).toEqual([
      expect.stringMatching(/^CannotStartContainerError: .*no-such-command/),
      expect.stringMatching(/^CannotStartContainerError: /),
      expect.stringMatching(/^CannotPullContainerError: .*unknown/),
      expect.stringMatching(/^ResourceInitializationError: .*missing/),
    ]);
    for (const job of [noCommand, noFolder, noImage, noSecret]) {
      expect(job.status).toBe('FAILED');
      expect(job.container?.exitCode).toBeUndefined();
      expect(job.startedAt).toBeUndefined();
    }
    expect(noCommand.statusReason).toBe('Task failed to start');
    expect(noSecret.statusReason).toMatch(/^ResourceInitializationError: /);
    expect(aws.journal.processes()).toEqual([]);
  });
});

test('an attempt that exceeds its timeout is ended, by SIGKILL if need be, and not retried', async () => {
  await withLocalAws({}, async ({ aws, define, submit, ends }) => {
    await define("trap '' TERM; echo ready; while :; do sleep 1; done", {
      timeout: { attemptDurationSeconds: 60 },
      retryStrategy: { attempts: 3 },
    });

    const job = await ends(await submit());

    expect(job).toMatchObject({ status: 'FAILED', statusReason: 'Job attempt duration exceeded timeout' });
    expect(job.container?.exitCode).toBe(137);
    expect(job.attempts).toHaveLength(1);
    expect(aws.journal.processes().map(({ ended }) => ended?.signal)).toEqual(['SIGKILL']);
  });
});

test('failed attempts are retried, numbered, and kept', async () => {
  await withLocalAws({}, async ({ aws, define, submit, ends }) => {
    await define('test "$AWS_BATCH_JOB_ATTEMPT" = 3', { retryStrategy: { attempts: 3 } });

    const job = await ends(await submit());

    expect(job.status).toBe('SUCCEEDED');
    expect(job.attempts?.map((attempt) => attempt.container?.exitCode)).toEqual([1, 1, 0]);
    expect(aws.journal.processes().map(({ started }) => started.attempt)).toEqual([1, 2, 3]);
  });
});

test('the first exit condition that matches decides about the retry', async () => {
  await withLocalAws({}, async ({ define, submit, ends }) => {
    await define('exit 42');
    const conditions = (action: 'EXIT' | 'RETRY') => ({
      retryStrategy: {
        attempts: 2,
        evaluateOnExit: [
          { onExitCode: '4*', onStatusReason: 'Essential container*', action },
          { onReason: '*', action: 'EXIT' as const },
        ],
      },
    });

    const stopped = await ends(await submit(conditions('EXIT')));
    const retried = await ends(await submit(conditions('RETRY')));

    expect(stopped.attempts).toHaveLength(1);
    expect(retried.attempts).toHaveLength(2);
  });
});

test('jobs wait in RUNNABLE for their vCPUs, first come first served', async () => {
  await withLocalAws({ maxVcpus: 1 }, async ({ aws, define, submit, ends, reaches, describe }) => {
    await define('while [ ! -e "$GATE" ]; do sleep 0.02; done');
    const gate = join(mkdtempSync(join(tmpdir(), 'gate-')), 'open');
    const waiting = { containerOverrides: { environment: [{ name: 'GATE', value: gate }] } };

    const first = await submit(waiting);
    await reaches(first, 'RUNNING');
    const second = await submit({ ...waiting, containerOverrides: { ...waiting.containerOverrides, vcpus: 4 } });
    const third = await submit(waiting);
    await reaches(third, 'RUNNABLE');
    const secondBefore = await describe(second);
    writeFileSync(gate, '');
    await Promise.all([first, second, third].map(ends));

    expect(secondBefore.status).toBe('RUNNABLE');
    expect(aws.journal.processes().map(({ started }) => started.jobId)).toEqual([first, second, third]);
  });
});

test('what a task leaves behind ends with it', async () => {
  await withLocalAws({}, async (bench) => {
    await bench.define('sleep 300 & echo $!');

    const job = await bench.ends(await bench.submit());

    const [pid] = await logOf(bench, job.container?.logStreamName);
    expect(job.container?.exitCode).toBe(0);
    expect(isRunning(Number(pid))).toBe(false);
  });
});

async function logOf({ logs }: Bench, stream: string | undefined): Promise<(string | undefined)[]> {
  const { events } = await logs.send(
    new GetLogEventsCommand({ logGroupName: '/aws/batch/job', logStreamName: stream, startFromHead: true }),
  );
  return events?.map((event) => event.message) ?? [];
}
