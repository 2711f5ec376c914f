import { defineJob } from 'nightshift';
import { testJob } from 'nightshift/testing';
import { date, idle, work } from './small-task.ts';

describe('handlers and mistakes of the job', () => {
  test('onSuccess gives the result; its steps are keyed by it', async () => {
    const job = defineJob({
      ...{ id: 'HANDLED', name: 'Handled' },
      tasks: { work },
      run: ({ tasks }) => tasks.work({ value: 1 }),
      onSuccess: async ({ tasks, result }) => ({ ...result, told: await tasks.work({ value: 2 }) }),
    });

    const done = await testJob(job, { date, tasks: { work: (input) => input } });

    expect(done.result).toEqual({ value: 1, told: { value: 2 } });
    expect(done.calls.map(({ step }) => step)).toEqual(['work#1', 'onSuccess/work#1']);
  });

  test('a forgotten await fails the run as taskNotAwaited', async () => {
    const job = defineJob({
      ...{ id: 'FORGETFUL', name: 'Forgetful' },
      tasks: { work },
      run: async ({ tasks }) => void tasks.work({ value: 1 }),
    });

    const done = await testJob(job, { date, tasks: { work: idle } });

    expect(done).toMatchObject({ status: 'failed', error: { class: 'taskNotAwaited' } });
    expect(done.error?.message).toContain('work#1');
  });

  test('what run throws is jobCode, with its own stack', async () => {
    const job = defineJob({
      ...{ id: 'THROWS', name: 'Throws' },
      tasks: { work },
      run: async () => {
        throw new RangeError('no date');
      },
    });

    const done = await testJob(job, { date, tasks: { work: idle } });

    expect(done.error).toMatchObject({ class: 'jobCode', message: "The job's run threw RangeError: no date" });
    expect(done.error?.stack).toContain('test-job-around.test.ts');
  });
});

describe('locks', () => {
  const withPart = (ifBusy: 'wait' | 'fail' | 'skip') =>
    defineJob({
      ...{ id: 'PART', name: 'Part' },
      tasks: { work },
      run: ({ tasks, withLock }) => withLock({ name: 'cache', ifBusy }, () => tasks.work({ value: 1 })),
    });

  test('of a part are held for its work', async () => {
    const held: (readonly string[])[] = [];
    const done = await testJob(withPart('wait'), {
      date,
      tasks: {
        work: (input, call) => {
          held.push(call.locks);
          return input;
        },
      },
    });

    expect(held).toEqual([['cache']]);
    expect(done.locks).toEqual([{ name: 'cache', waited: false }]);
  });

  test.each([
    ['wait', { status: 'succeeded', result: { value: 1 }, locks: [{ name: 'cache', waited: true }] }],
    ['skip', { status: 'succeeded', result: undefined, locks: [], calls: [] }],
    ['fail', { status: 'failed', error: { class: 'lockBusy' }, locks: [], calls: [] }],
  ] as const)('that are busy mean what ifBusy says: %s', async (ifBusy, expected) => {
    const done = await testJob(withPart(ifBusy), {
      date,
      locks: { busy: ['cache'] },
      tasks: { work: (input) => input },
    });

    expect(done).toMatchObject(expected);
  });

  test.each(['fail', 'skip'] as const)('of the job that are busy leave the run out with %s', async (ifBusy) => {
    const job = defineJob({
      ...{ id: 'WHOLE', name: 'Whole', locks: [{ name: 'rankings', ifBusy }] },
      tasks: { work },
      run: ({ tasks }) => tasks.work({ value: 1 }),
    });

    const done = await testJob(job, { date, locks: { busy: ['rankings'] }, tasks: { work: idle } });

    expect(done).toMatchObject({ status: 'notRun', reason: 'lockBusy', calls: [] });
  });

  test('in the wrong order are refused', async () => {
    const job = defineJob({
      ...{ id: 'BACKWARDS', name: 'Backwards' },
      tasks: { work },
      run: ({ withLock }) => withLock('late', () => withLock('early', async () => 1)),
    });

    const done = await testJob(job, { date, tasks: { work: idle } });

    expect(done.error).toMatchObject({ class: 'jobCode', message: expect.stringContaining('take "early" first') });
  });
});

describe('runJob', () => {
  const job = defineJob({
    ...{ id: 'OUTER', name: 'Outer' },
    tasks: { work },
    run: ({ runJob }) => runJob('BATCH-000', { date: '2026-11-20', input: { full: true } }),
  });

  test('gives the result that the test names', async () => {
    const jobs = { 'BATCH-000': { result: { records: 7 } } };
    const done = await testJob(job, { date, tasks: { work: idle }, jobs });

    expect(done.result).toEqual({ records: 7 });
    expect(done.otherRuns).toEqual([{ run: 'BATCH-000/2026-11-20', input: { full: true } }]);
  });

  test('fails as the test says', async () => {
    const jobs = { 'BATCH-000': { status: 'notRun', reason: 'lockBusy' } } as const;
    const done = await testJob(job, { date, tasks: { work: idle }, jobs });

    expect(done.error).toMatchObject({ class: 'lockBusy' });
  });

  test('without a word of the test is an error that says what to add', async () => {
    await expect(testJob(job, { date, tasks: { work: idle } })).rejects.toThrow("add jobs: { 'BATCH-000': { result");
  });
});
