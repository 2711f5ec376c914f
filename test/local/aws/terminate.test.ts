import { CancelJobCommand, TerminateJobCommand } from '@aws-sdk/client-batch';
import { startLocalAws } from '../../../local/aws/index.ts';
import { processesWith } from '../../support/leaks.ts';
import { type Bench, livingInGroup, until, withLocalAws } from './with-local-aws.ts';

/** Of this file's sleeps alone: the process table is searched for it. */
const longTime = `3${process.pid}.25`;

test('a terminated job gets SIGTERM, is FAILED with the reason, and is not retried', async () => {
  await withLocalAws({}, async (bench) => {
    await bench.define("trap 'exit 9' TERM; sleep 300 & wait", { retryStrategy: { attempts: 3 } });
    const { jobId, pid } = await running(bench);

    await terminate(bench, jobId);
    const job = await bench.ends(jobId);

    expect(job).toMatchObject({ status: 'FAILED', statusReason: 'enough', isTerminated: true });
    expect(job.container?.exitCode).toBe(9);
    expect(job.attempts).toHaveLength(1);
    expect(livingInGroup(pid)).toEqual([]);
  });
});

test('a terminated job that ends with exit code 0 is FAILED all the same', async () => {
  await withLocalAws({}, async (bench) => {
    await bench.define("trap 'exit 0' TERM; sleep 300 & wait");
    const { jobId } = await running(bench);

    await terminate(bench, jobId);

    expect(await bench.ends(jobId)).toMatchObject({ status: 'FAILED', container: { exitCode: 0 } });
  });
});

test('a job that ignores SIGTERM is killed after the grace with everything that it started', async () => {
  await withLocalAws({ timings: { killGraceMs: 100 } }, async (bench) => {
    await bench.define(`trap '' TERM; sleep 300 & setsid sleep ${longTime} & wait; while :; do sleep 1; done`);
    const { jobId, pid } = await running(bench);

    await terminate(bench, jobId);
    const job = await bench.ends(jobId);

    expect(job.container?.exitCode).toBe(137);
    expect(bench.aws.journal.processes()[0]?.ended?.signal).toBe('SIGKILL');
    expect(livingInGroup(pid)).toEqual([]);
    expect(processesWith(longTime)).toEqual([]);
  });
});

test('a job that waits is ended without ever being started', async () => {
  await withLocalAws({ maxVcpus: 1 }, async (bench) => {
    await bench.define('sleep 300');
    const { jobId: first } = await running(bench);
    const waiting = await bench.submit();
    await bench.reaches(waiting, 'RUNNABLE');

    await terminate(bench, waiting);

    expect(await bench.describe(waiting)).toMatchObject({ status: 'FAILED', statusReason: 'enough' });
    await terminate(bench, first);
    await bench.ends(first);
    expect(bench.aws.journal.processes(waiting)).toEqual([]);
  });
});

test('a job that was only just submitted can be terminated', async () => {
  await withLocalAws({}, async (bench) => {
    await bench.define('sleep 300');
    const jobId = await bench.submit();

    await terminate(bench, jobId);

    expect(await bench.ends(jobId)).toMatchObject({ status: 'FAILED', statusReason: 'enough' });
    expect(bench.aws.journal.running()).toEqual([]);
  });
});

test('terminating an ended or unknown job changes nothing', async () => {
  await withLocalAws({}, async (bench) => {
    await bench.define('true');
    const jobId = await bench.submit();
    const before = await bench.ends(jobId);

    await terminate(bench, jobId);
    await terminate(bench, '00000000-0000-0000-0000-000000000000');

    expect(await bench.describe(jobId)).toEqual(before);
    await expect(bench.batch.send(new TerminateJobCommand({ jobId, reason: 'x'.repeat(1_025) }))).rejects.toMatchObject(
      { name: 'ClientException' },
    );
  });
});

test('CancelJob ends a job that waits and leaves one alone that runs', async () => {
  await withLocalAws({ maxVcpus: 1 }, async (bench) => {
    await bench.define('sleep 300');
    const { jobId: first, pid } = await running(bench);
    const waiting = await bench.submit();
    await bench.reaches(waiting, 'RUNNABLE');

    for (const jobId of [first, waiting]) {
      await bench.batch.send(new CancelJobCommand({ jobId, reason: 'not needed' }));
    }

    expect(await bench.describe(waiting)).toMatchObject({
      status: 'FAILED',
      statusReason: 'not needed',
      isCancelled: true,
    });
    expect(await bench.describe(first)).toMatchObject({ status: 'RUNNING' });
    expect(livingInGroup(pid)).not.toEqual([]);
  });
});

test('stop ends every task, also one that left its process group, before it returns', async () => {
  const aws = await startLocalAws({ images: { image: { directory: '/' } }, jobQueues: ['main'], maxVcpus: 4 });
  let pids: number[] = [];
  try {
    await post(aws.endpoint, '/v1/registerjobdefinition', {
      jobDefinitionName: 'job',
      type: 'container',
      containerProperties: {
        image: 'image',
        command: ['sh', '-c', `trap '' TERM; setsid sleep ${longTime} & sleep 300`],
      },
    });
    await post(aws.endpoint, '/v1/submitjob', {
      jobName: 'job',
      jobQueue: 'main',
      jobDefinition: 'job',
      arrayProperties: { size: 10 },
    });
    await until(
      () => aws.journal.running().length,
      (count) => count === 4,
    );
    pids = aws.journal.running().map((process) => process.pid);
  } finally {
    await aws.stop();
  }

  expect(pids.flatMap(livingInGroup)).toEqual([]);
  expect(processesWith(longTime)).toEqual([]);
  expect(aws.journal.processes()).toHaveLength(4);
  expect(aws.journal.running()).toEqual([]);
});

async function running(bench: Bench): Promise<{ jobId: string; pid: number }> {
  const jobId = await bench.submit();
  await bench.reaches(jobId, 'RUNNING');
  const [process_] = await until(
    () => bench.aws.journal.processes(jobId),
    (processes) => processes.length === 1,
  );
  return { jobId, pid: process_?.started.pid ?? 0 };
}

async function terminate({ batch }: Bench, jobId: string): Promise<void> {
  await batch.send(new TerminateJobCommand({ jobId, reason: 'enough' }));
}

async function post(endpoint: string, path: string, body: object): Promise<void> {
  const answer = await fetch(endpoint + path, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
}
