import { type ScriptedAnswer, type ScriptedCall, withScriptedAws } from './scripted-aws.ts';

const stoppedAt = 1_795_000_060_000;
const startedAt = 1_795_000_000_000;

/** An AWS that knows these jobs, and lists as succeeded what it is told to. */
function knowing(jobs: object[], listed: object[] = []) {
  return ({ operation, request }: ScriptedCall): ScriptedAnswer => {
    if (operation === 'listjobs') return { ok: { jobSummaryList: listed } };
    const asked = request.jobs as string[];
    return { ok: { jobs: jobs.filter((each) => asked.includes((each as { jobId: string }).jobId)) } };
  };
}

const job = (jobId: string, fields: object) => ({
  jobId,
  jobName: 'n',
  status: 'FAILED',
  startedAt,
  stoppedAt,
  ...fields,
});
const child = (index: number, fields: object) => job(`p:${index}`, { arrayProperties: { index }, ...fields });
const parent = (fields: object) => job('p', { arrayProperties: { size: 3 }, startedAt: undefined, ...fields });
const exited = (exitCode: number) => ({
  statusReason: 'Essential container in task exited',
  container: {
    exitCode,
    logStreamName: 'ranking/default/early',
    logConfiguration: { options: { 'awslogs-group': '/nightshift/test' } },
  },
  attempts: [{ container: { exitCode, logStreamName: 'ranking/default/true' } }],
});

describe('describing jobs', () => {
  test.each(['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING'])('sees %s as live', async (status) => {
    await withScriptedAws(knowing([job('j', { status, startedAt: undefined })]), async (compute) => {
      expect(await compute.describe(['j'])).toEqual(
        new Map([['j', { status: 'live', startedAt: null, queued: status === 'RUNNABLE' }]]),
      );
    });
  });

  test('sees since when a job runs', async () => {
    await withScriptedAws(knowing([job('j', { status: 'RUNNING' })]), async (compute) => {
      expect((await compute.describe(['j'])).get('j')).toEqual({
        status: 'live',
        startedAt: new Date(startedAt),
        queued: false,
      });
    });
  });

  test('sees a success without failures', async () => {
    await withScriptedAws(knowing([job('j', { ...exited(0), status: 'SUCCEEDED' })]), async (compute) => {
      expect((await compute.describe(['j'])).get('j')).toEqual({
        status: 'ended',
        startedAt: new Date(startedAt),
        endedAt: new Date(stoppedAt),
        failures: [],
      });
    });
  });

  test('sees how a job failed, and the log of its attempt', async () => {
    await withScriptedAws(knowing([job('j', exited(3))]), async (compute) => {
      expect((await compute.describe(['j'])).get('j')).toMatchObject({
        failures: [
          {
            index: 0,
            class: 'exitCode',
            exitCode: 3,
            reason: 'Essential container in task exited',
            log: { group: '/nightshift/test', stream: 'ranking/default/true' },
          },
        ],
      });
    });
  });

  test('leaves out what AWS does not know', async () => {
    await withScriptedAws(knowing([job('j', exited(3))]), async (compute) => {
      expect([...(await compute.describe(['j', 'gone'])).keys()]).toEqual(['j']);
    });
  });

  test('asks once for 100 jobs and refuses 101', async () => {
    const ids = Array.from({ length: 101 }, (_, index) => `j${index}`);

    await withScriptedAws(knowing([]), async (compute, calls) => {
      await compute.describe(ids.slice(1));
      expect(calls).toHaveLength(1);

      await expect(compute.describe(ids)).rejects.toThrow(RangeError);
      expect(calls).toHaveLength(1);
    });
  });

  test('asks nothing for no jobs', async () => {
    await withScriptedAws(knowing([]), async (compute, calls) => {
      expect(await compute.describe([])).toEqual(new Map());
      expect(calls).toEqual([]);
    });
  });

  test('sees a job that a person stopped as cancelled', async () => {
    const stopped = { ...exited(143), statusReason: 'wrong night', isTerminated: true };

    await withScriptedAws(knowing([job('j', stopped)]), async (compute) => {
      expect((await compute.describe(['j'])).get('j')).toMatchObject({
        failures: [{ class: 'cancelled', reason: 'wrong night' }],
      });
    });
  });
});

describe('describing an array that has ended', () => {
  const summary = (index: number, fields: object = {}) => ({ jobId: `p:${index}`, jobName: 'n', ...fields });

  test('names each child that failed, by its index', async () => {
    const jobs = [parent({}), child(0, exited(1)), child(2, { statusReason: 'Your Spot Task was interrupted.' })];

    await withScriptedAws(knowing(jobs, [summary(1)]), async (compute) => {
      expect((await compute.describe(['p'])).get('p')).toMatchObject({
        status: 'ended',
        failures: [
          { index: 0, class: 'exitCode', exitCode: 1 },
          { index: 2, class: 'spot', exitCode: null, log: null },
        ],
      });
    });
  });

  test('finds the failures even when the listing shows nothing yet', async () => {
    const fine = { ...exited(0), status: 'SUCCEEDED' };
    const jobs = [parent({}), child(0, fine), child(1, exited(1)), child(2, fine)];

    await withScriptedAws(knowing(jobs), async (compute) => {
      expect((await compute.describe(['p'])).get('p')).toMatchObject({ failures: [{ index: 1, class: 'exitCode' }] });
    });
  });

  test('finds a child that only seems to have succeeded', async () => {
    const fake = { ...exited(0), status: 'SUCCEEDED', statusReason: 'Your Spot Task was interrupted.' };
    const listed = [summary(0), summary(1, { statusReason: fake.statusReason }), summary(2)];

    await withScriptedAws(knowing([parent({ status: 'SUCCEEDED' }), child(1, fake)], listed), async (compute) => {
      expect((await compute.describe(['p'])).get('p')).toMatchObject({
        failures: [{ index: 1, class: 'falseSuccess' }],
      });
    });
  });

  test('is still live while AWS calls one of its children live', async () => {
    const jobs = [parent({}), child(0, exited(1)), child(1, { status: 'RUNNING' }), child(2, exited(1))];

    await withScriptedAws(knowing(jobs), async (compute) => {
      expect((await compute.describe(['p'])).get('p')).toEqual({ status: 'live', startedAt: null, queued: false });
    });
  });

  test('speaks for children that were never made', async () => {
    const jobs = [parent({ statusReason: 'Container Overrides length must be at most 8192' })];

    await withScriptedAws(knowing(jobs), async (compute) => {
      expect((await compute.describe(['p'])).get('p')).toMatchObject({
        failures: [0, 1, 2].map((index) => ({ index, class: 'inputTooLarge' })),
      });
    });
  });

  test('never looks like a success when its parent failed', async () => {
    const listed = [summary(0), summary(1), summary(2)];

    await withScriptedAws(knowing([parent({})], listed), async (compute) => {
      expect((await compute.describe(['p'])).get('p')).toMatchObject({ failures: [{ class: 'infrastructure' }] });
    });
  });

  test('of 250 failed children takes three requests of at most 100', async () => {
    const size = 250;
    const children = Array.from({ length: size }, (_, index) => child(index, exited(1)));

    await withScriptedAws(knowing([parent({ arrayProperties: { size } }), ...children]), async (compute, calls) => {
      const observed = (await compute.describe(['p'])).get('p');

      const indexes = observed?.status === 'ended' ? observed.failures.map((failure) => failure.index) : [];
      expect(indexes).toEqual(Array.from({ length: size }, (_, index) => index));
      const lengths = calls.filter((each) => each.operation === 'describejobs').map((each) => each.request.jobs);
      expect(lengths.map((ids) => (ids as string[]).length).sort((a, b) => a - b)).toEqual([1, 50, 100, 100]);
    });
  });

  test('fails as a whole when its children cannot be read', async () => {
    const answer = (call: ScriptedCall): ScriptedAnswer =>
      call.operation === 'listjobs' ? { error: 'ServerException', status: 500 } : knowing([parent({})])(call);

    await withScriptedAws(answer, async (compute) => {
      await expect(compute.describe(['p'])).rejects.toThrow(/ListJobs failed \[array=p, status=SUCCEEDED\]/);
    });
  });
});
