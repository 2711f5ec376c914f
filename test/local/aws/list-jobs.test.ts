import { ListJobsCommand, type ListJobsRequest } from '@aws-sdk/client-batch';
import { type Bench, until, withLocalAws } from './with-local-aws.ts';

async function names(bench: Bench, request: ListJobsRequest): Promise<string[]> {
  const { jobSummaryList } = await bench.batch.send(new ListJobsCommand(request));
  return (jobSummaryList ?? []).map((job) => job.jobName ?? '');
}

const byName = (value: string) => ({ jobQueue: 'main', filters: [{ name: 'JOB_NAME', values: [value] }] });

test('without a status only RUNNING jobs are listed', async () => {
  await withLocalAws({}, async (bench) => {
    await bench.define('test "$KEEP" != 1 || sleep 300');
    await bench.ends(await bench.submit({ jobName: 'ended' }));
    const environment = [{ name: 'KEEP', value: '1' }];
    await bench.reaches(await bench.submit({ jobName: 'runs', containerOverrides: { environment } }), 'RUNNING');

    expect(await names(bench, { jobQueue: 'main' })).toEqual(['runs']);
    expect(await names(bench, { jobQueue: 'main', jobStatus: 'SUCCEEDED' })).toEqual(['ended']);
  });
});

test('a name filter ignores case, takes a trailing star, returns all states, and no children', async () => {
  await withLocalAws({}, async (bench) => {
    await bench.define('test "$AWS_BATCH_JOB_ARRAY_INDEX" != 0');
    await bench.ends(await bench.submit({ jobName: 'Score-1', arrayProperties: { size: 2 } }));
    await bench.ends(await bench.submit({ jobName: 'score-2' }));

    expect(await names(bench, byName('SCORE-*'))).toEqual(['score-2', 'Score-1']);
    expect(await names(bench, byName('score-1'))).toEqual(['Score-1']);
    expect(await names(bench, byName('score'))).toEqual([]);
  });
});

test('filters by definition and by time', async () => {
  await withLocalAws({}, async (bench) => {
    await bench.define('true');
    const job = await bench.ends(await bench.submit());
    const filtered = (name: string, value: string) =>
      names(bench, { jobQueue: 'main', filters: [{ name, values: [value] }] });

    expect(await filtered('JOB_DEFINITION', 'job')).toEqual(['job']);
    expect(await filtered('JOB_DEFINITION', job.jobDefinition ?? '')).toEqual(['job']);
    expect(await filtered('JOB_DEFINITION', 'other')).toEqual([]);
    expect(await filtered('AFTER_CREATED_AT', String((job.createdAt ?? 0) - 1))).toEqual(['job']);
    expect(await filtered('BEFORE_CREATED_AT', String(job.createdAt))).toEqual([]);
  });
});

test('a filtered listing comes in pages of at most 100, and every job is on one of them', async () => {
  await withLocalAws({ maxVcpus: 4 }, async (bench) => {
    await bench.define('true');
    const submitted = Array.from({ length: 105 }, (_, n) => `job-${n}`);
    for (const jobName of submitted) await bench.submit({ jobName });

    const first = await bench.batch.send(new ListJobsCommand(byName('job-*')));
    await bench.submit({ jobName: 'job-late' });
    const second = await bench.batch.send(new ListJobsCommand({ ...byName('job-*'), nextToken: first.nextToken }));

    const listed = [...(first.jobSummaryList ?? []), ...(second.jobSummaryList ?? [])].map((job) => job.jobName);
    expect(first.jobSummaryList).toHaveLength(100);
    expect(second.nextToken).toBeUndefined();
    expect(listed.sort()).toEqual(submitted.sort());
  });
});

const refusals: [string, ListJobsRequest][] = [
  ['neither queue nor array', {}],
  ['both queue and array', { jobQueue: 'main', arrayJobId: 'x' }],
  [
    'two filters',
    {
      jobQueue: 'main',
      filters: [
        { name: 'JOB_NAME', values: ['a'] },
        { name: 'JOB_DEFINITION', values: ['b'] },
      ],
    },
  ],
  ['an unknown filter', { jobQueue: 'main', filters: [{ name: 'TAG', values: ['a'] }] }],
  ['an unknown queue', { jobQueue: 'other' }],
  ['a token that is none', { jobQueue: 'main', nextToken: 'x' }],
];

test.each(refusals)('ListJobs refuses %s', async (_, request) => {
  await withLocalAws({}, async ({ batch }) => {
    await expect(batch.send(new ListJobsCommand(request))).rejects.toMatchObject({ name: 'ClientException' });
  });
});

test('with a lag, new jobs and new states appear late', async () => {
  await withLocalAws({}, async (bench) => {
    await bench.define('true');
    bench.aws.misbehave.set({ listingLagMs: 60_000 });
    await bench.ends(await bench.submit());
    const lagging = await names(bench, byName('job'));
    bench.aws.misbehave.set({ listingLagMs: 200 });

    const listed = await until(
      () => bench.batch.send(new ListJobsCommand(byName('job'))),
      ({ jobSummaryList }) => jobSummaryList?.[0]?.status === 'SUCCEEDED',
    );

    expect(lagging).toEqual([]);
    expect(listed.jobSummaryList).toHaveLength(1);
  });
});
