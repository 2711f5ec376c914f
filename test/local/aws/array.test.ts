import { DescribeJobsCommand, ListJobsCommand, TerminateJobCommand } from '@aws-sdk/client-batch';
import { until, withLocalAws } from './with-local-aws.ts';

test('each child runs once under its own index and id', async () => {
  await withLocalAws({}, async ({ aws, batch, define, submit, ends }) => {
    await define('test "$AWS_BATCH_JOB_ID" = "$PARENT:$AWS_BATCH_JOB_ARRAY_INDEX" || true');

    const jobId = await submit({ arrayProperties: { size: 5 } });
    const parent = await ends(jobId);
    const ids = [0, 1, 2, 3, 4].map((index) => `${jobId}:${index}`);
    const { jobs: children } = await batch.send(new DescribeJobsCommand({ jobs: ids }));

    expect(parent.status).toBe('SUCCEEDED');
    expect(parent.arrayProperties).toMatchObject({ size: 5, statusSummary: { SUCCEEDED: 5, RUNNING: 0 } });
    expect(parent.arrayProperties?.statusSummaryLastUpdatedAt).toBeGreaterThan(0);
    expect(children?.map((child) => [child.jobId, child.arrayProperties])).toEqual(
      ids.map((id, index) => [id, { index }]),
    );
    const started = aws.journal.processes(jobId).map((process) => process.started);
    expect(started.map((process) => process.environment.AWS_BATCH_JOB_ARRAY_INDEX).sort()).toEqual([...'01234']);
    expect(new Set(started.map((process) => process.environment.AWS_BATCH_JOB_ARRAY_SIZE))).toEqual(new Set(['5']));
    expect(new Set(started.map((process) => process.environment.AWS_BATCH_JOB_ID))).toEqual(new Set(ids));
  });
});

test('the parent is PENDING while children run, and fails only after all have ended', async () => {
  await withLocalAws({ maxVcpus: 1 }, async ({ define, submit, ends, describe }) => {
    await define('sleep 0.1; test "$AWS_BATCH_JOB_ARRAY_INDEX" != 0');

    const jobId = await submit({ arrayProperties: { size: 3 } });
    const half = await until(
      () => describe(jobId),
      (job) => (job.arrayProperties?.statusSummary?.FAILED ?? 0) === 1,
    );
    const parent = await ends(jobId);

    expect(half.status).toBe('PENDING');
    expect(parent.status).toBe('FAILED');
    expect(parent.statusReason).toBe('Array Child Job failed');
    expect(parent.arrayProperties?.statusSummary).toMatchObject({ SUCCEEDED: 2, FAILED: 1 });
  });
});

test('a child that fails once is tried again under its own index', async () => {
  await withLocalAws({}, async ({ aws, define, submit, ends }) => {
    await define('test "$AWS_BATCH_JOB_ARRAY_INDEX-$AWS_BATCH_JOB_ATTEMPT" != 1-1', { retryStrategy: { attempts: 2 } });

    const jobId = await submit({ arrayProperties: { size: 2 } });

    expect((await ends(jobId)).status).toBe('SUCCEEDED');
    expect(aws.journal.processes(`${jobId}:1`).map(({ started }) => [started.index, started.attempt])).toEqual([
      [1, 1],
      [1, 2],
    ]);
    expect(aws.journal.processes(`${jobId}:0`)).toHaveLength(1);
  });
});

test('children are listed by their array, in order of index, and by status', async () => {
  await withLocalAws({}, async ({ batch, define, submit, ends }) => {
    await define('test "$AWS_BATCH_JOB_ARRAY_INDEX" != 1');
    const jobId = await submit({ arrayProperties: { size: 4 } });
    await ends(jobId);

    const list = async (jobStatus: 'FAILED' | 'SUCCEEDED') =>
      (await batch.send(new ListJobsCommand({ arrayJobId: jobId, jobStatus }))).jobSummaryList;

    expect(await list('FAILED')).toMatchObject([{ jobId: `${jobId}:1`, container: { exitCode: 1 } }]);
    expect((await list('SUCCEEDED'))?.map((job) => job.arrayProperties?.index)).toEqual([0, 2, 3]);
  });
});

test('terminating the parent ends the children that run and those that wait', async () => {
  await withLocalAws({ maxVcpus: 2 }, async ({ aws, batch, define, submit, ends }) => {
    await define('sleep 300', { retryStrategy: { attempts: 3 } });
    const jobId = await submit({ arrayProperties: { size: 20 } });
    await until(
      () => aws.journal.running().length,
      (count) => count === 2,
    );

    await batch.send(new TerminateJobCommand({ jobId, reason: 'run was cancelled' }));
    const parent = await ends(jobId);

    const { jobSummaryList: failed } = await batch.send(
      new ListJobsCommand({ arrayJobId: jobId, jobStatus: 'FAILED' }),
    );
    expect(parent).toMatchObject({ status: 'FAILED', statusReason: 'run was cancelled', isTerminated: true });
    expect(new Set(failed?.map((child) => child.statusReason))).toEqual(new Set(['run was cancelled']));
    expect(failed).toHaveLength(20);
    expect(aws.journal.processes()).toHaveLength(2);
    expect(aws.journal.running()).toEqual([]);
  });
});

test('an array of 1,000 children goes through', async () => {
  await withLocalAws({ maxVcpus: 8 }, async ({ aws, define, submit, ends, reaches }) => {
    await define('true', { containerProperties: { image: 'image', command: ['true'] } });

    const jobId = await submit({ arrayProperties: { size: 1_000 } });
    await reaches(jobId, 'PENDING');
    await until(
      () => aws.journal.processes(jobId).length,
      (count) => count === 1_000,
      240_000,
    );

    expect((await ends(jobId)).arrayProperties?.statusSummary).toMatchObject({ SUCCEEDED: 1_000 });
    expect(new Set(aws.journal.processes(jobId).map(({ started }) => started.index)).size).toBe(1_000);
  });
});
