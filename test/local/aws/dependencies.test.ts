import { DescribeJobsCommand, TerminateJobCommand } from '@aws-sdk/client-batch';
import { withLocalAws } from './with-local-aws.ts';

test('a job waits in PENDING until all that it depends on have succeeded', async () => {
  await withLocalAws({}, async ({ aws, define, submit, ends, reaches }) => {
    await define('sleep 0.3');
    const first = await submit();
    const array = await submit({ arrayProperties: { size: 2 } });

    const jobId = await submit({ dependsOn: [{ jobId: first }, { jobId: array }] });
    const waiting = await reaches(jobId, 'PENDING');
    const ended = await ends(jobId);

    expect(waiting.dependsOn).toEqual([{ jobId: first }, { jobId: array }]);
    expect(ended.status).toBe('SUCCEEDED');
    const own = aws.journal.processes(jobId)[0]?.started.at ?? 0;
    const others = [...aws.journal.processes(first), ...aws.journal.processes(array)];
    expect(others.map((process) => (process.ended?.at ?? Number.POSITIVE_INFINITY) <= own)).toEqual([true, true, true]);
  });
});

test('a job whose dependency fails, or has failed, fails without a process', async () => {
  await withLocalAws({}, async ({ aws, define, submit, ends }) => {
    await define('exit 1');
    const failing = await submit();

    const during = await submit({ dependsOn: [{ jobId: failing }], arrayProperties: { size: 2 } });
    const chained = await submit({ dependsOn: [{ jobId: during }] });
    const ended = [await ends(during), await ends(chained)];
    const afterwards = await ends(await submit({ dependsOn: [{ jobId: failing }] }));

    expect([...ended, afterwards].map((job) => job.status)).toEqual(['FAILED', 'FAILED', 'FAILED']);
    expect(aws.journal.processes().map(({ started }) => started.jobId)).toEqual([failing]);
  });
});

test('SEQUENTIAL runs children in the order of their index, and stops at the first that fails', async () => {
  await withLocalAws({ maxVcpus: 4 }, async ({ aws, batch, define, submit, ends }) => {
    await define('test "$AWS_BATCH_JOB_ARRAY_INDEX" != 2');

    const jobId = await submit({ arrayProperties: { size: 4 }, dependsOn: [{ type: 'SEQUENTIAL' }] });
    const parent = await ends(jobId);

    const { jobs } = await batch.send(new DescribeJobsCommand({ jobs: [2, 3].map((index) => `${jobId}:${index}`) }));
    const processes = aws.journal.entries.filter((entry) => entry.kind === 'started' || entry.kind === 'ended');
    const ran = processes.map(({ kind, index }) => `${kind} ${index}`);
    expect(ran).toEqual(['started 0', 'ended 0', 'started 1', 'ended 1', 'started 2', 'ended 2']);
    expect(parent.arrayProperties?.statusSummary).toMatchObject({ SUCCEEDED: 2, FAILED: 2 });
    expect(jobs?.map((job) => job.statusReason)).toEqual([
      'Essential container in task exited',
      'Dependent Job failed',
    ]);
  });
});

test('N_TO_N pairs the children of two arrays', async () => {
  await withLocalAws({ maxVcpus: 4 }, async ({ batch, define, submit, ends }) => {
    await define('test "$AWS_BATCH_JOB_ARRAY_INDEX" != 1');
    await define('true', { jobDefinitionName: 'after' });
    const first = await submit({ arrayProperties: { size: 3 } });

    const second = await submit({
      jobDefinition: 'after',
      arrayProperties: { size: 3 },
      dependsOn: [{ type: 'N_TO_N', jobId: first }],
    });
    await ends(second);

    const { jobs } = await batch.send(new DescribeJobsCommand({ jobs: [0, 1, 2].map((n) => `${second}:${n}`) }));
    expect(jobs?.map((job) => job.status)).toEqual(['SUCCEEDED', 'FAILED', 'SUCCEEDED']);
  });
});

test('a job that waits for another can be terminated', async () => {
  await withLocalAws({}, async ({ aws, batch, define, submit, ends, reaches }) => {
    await define('sleep 300');
    const first = await submit();
    const jobId = await submit({ dependsOn: [{ jobId: first }] });
    await reaches(jobId, 'PENDING');
    await reaches(first, 'RUNNING');

    await batch.send(new TerminateJobCommand({ jobId, reason: 'enough' }));
    await batch.send(new TerminateJobCommand({ jobId: first, reason: 'enough' }));

    expect(await ends(jobId)).toMatchObject({ status: 'FAILED', statusReason: 'enough' });
    await ends(first);
    expect(aws.journal.processes(jobId)).toEqual([]);
  });
});

test.each([
  ['21 dependencies', { dependsOn: Array.from({ length: 21 }, () => ({ jobId: 'x' })) }, /at most 20 jobs, got 21/],
  ['a job that is not there', { dependsOn: [{ jobId: 'x' }] }, /not found \[jobId=x\]/],
  ['SEQUENTIAL without an array', { dependsOn: [{ type: 'SEQUENTIAL' as const }] }, /SEQUENTIAL needs an array/],
])('SubmitJob refuses %s', async (_, changes, message) => {
  await withLocalAws({}, async ({ define, submit }) => {
    await define('true');

    await expect(submit(changes)).rejects.toMatchObject({
      name: 'ClientException',
      message: expect.stringMatching(message),
    });
  });
});

test('N_TO_N needs an array of the same size', async () => {
  await withLocalAws({}, async ({ define, submit }) => {
    await define('true');
    const jobId = await submit({ arrayProperties: { size: 2 } });

    const refused = submit({ arrayProperties: { size: 3 }, dependsOn: [{ type: 'N_TO_N', jobId }] });

    await expect(refused).rejects.toThrow(/array of the same size/);
  });
});
