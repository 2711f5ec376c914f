import { type ScriptedAnswer, type ScriptedCall, withScriptedAws } from './scripted-aws.ts';

const jobs = [
  { jobId: 'ours', jobName: 'shop-test-a', status: 'RUNNING', createdAt: 1_795_000_000_000, tags: { a: '1' } },
  { jobId: 'ended-since', jobName: 'shop-test-b', status: 'SUCCEEDED', createdAt: 1 },
  { jobId: 'other', jobName: 'payroll-c', status: 'RUNNING', createdAt: 1 },
];

/** Lists all of them as RUNNING, one a page, as a listing does that is behind the truth. */
function lagging({ operation, request }: ScriptedCall): ScriptedAnswer {
  if (operation === 'describejobs') {
    return { ok: { jobs: jobs.filter((job) => (request.jobs as string[]).includes(job.jobId)) } };
  }
  const page = Number(request.nextToken ?? 0);
  if (request.jobStatus !== 'RUNNING') return { ok: { jobSummaryList: [] } };
  return { ok: { jobSummaryList: [jobs[page]], ...(page + 1 < jobs.length ? { nextToken: String(page + 1) } : {}) } };
}

describe('listing the live jobs', () => {
  test('takes all pages and our prefix; the tags leave out what has ended meanwhile', async () => {
    await withScriptedAws(lagging, async (compute) => {
      expect(await compute.list(['on-demand'], 'shop-test-')).toEqual([
        { externalId: 'ours', name: 'shop-test-a', createdAt: new Date(1_795_000_000_000) },
        { externalId: 'ended-since', name: 'shop-test-b', createdAt: new Date(1) },
      ]);
      expect(await compute.liveTags(['ours', 'ended-since'])).toEqual(new Map([['ours', { a: '1' }]]));
    });
  });

  test('asks for every live state of every queue, since AWS gives only RUNNING by itself', async () => {
    await withScriptedAws(lagging, async (compute, calls) => {
      await compute.list(['on-demand', 'spot'], 'nothing-');

      const asked = calls.map(({ request }) => `${request.jobQueue} ${request.jobStatus}`);
      const states = ['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING'];
      expect(new Set(asked)).toEqual(new Set(['on-demand', 'spot'].flatMap((q) => states.map((s) => `${q} ${s}`))));
    });
  });

  test('says which listing failed', async () => {
    await withScriptedAws(
      () => ({ error: 'TooManyRequestsException', status: 429, message: 'Too Many Requests' }),
      async (compute) => {
        await expect(compute.list(['on-demand'], 'shop-')).rejects.toThrow(
          'AWS ListJobs failed [queue=on-demand, status=SUBMITTED]: TooManyRequestsException: Too Many Requests',
        );
      },
    );
  });
});
