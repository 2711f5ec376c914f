import { startRequest } from './requests.ts';
import { type ScriptedCall, withScriptedAws } from './scripted-aws.ts';

const name = 'shop-test-BATCH-001-a1b2';
const tags = { 'nightshift:attempt': 'a1b2' };

describe('finding the jobs of a request', () => {
  test('goes through all pages, and takes the exact name with the right tag', async () => {
    const jobs = [
      { jobId: 'ours', jobName: name, createdAt: 2, tags },
      { jobId: 'other-case', jobName: name.toLowerCase(), createdAt: 1, tags },
      { jobId: 'other-tag', jobName: name, createdAt: 1, tags: { 'nightshift:attempt': 'zzzz' } },
      { jobId: 'untagged', jobName: name, createdAt: 1 },
      { jobId: 'ours-first', jobName: name, createdAt: 1, tags },
    ];
    const page = ({ request }: ScriptedCall) => {
      const from = Number(request.nextToken ?? 0);
      const nextToken = from + 2 < jobs.length ? String(from + 2) : undefined;
      return { ok: { jobSummaryList: jobs.slice(from, from + 2), nextToken } };
    };
    const described = ({ request }: ScriptedCall) => ({
      ok: { jobs: jobs.filter((job) => (request.jobs as string[]).includes(job.jobId)) },
    });

    await withScriptedAws(
      (call) => (call.operation === 'listjobs' ? page(call) : described(call)),
      async (compute, calls) => {
        expect(await compute.find(startRequest())).toEqual(['ours-first', 'ours']);
        expect(calls[0]?.request).toEqual({ jobQueue: 'on-demand', filters: [{ name: 'JOB_NAME', values: [name] }] });
      },
    );
  });

  test('describes nothing when the listing is empty', async () => {
    await withScriptedAws(
      () => ({ ok: { jobSummaryList: [] } }),
      async (compute, calls) => {
        expect(await compute.find(startRequest())).toEqual([]);
        expect(calls).toHaveLength(1);
      },
    );
  });
});
