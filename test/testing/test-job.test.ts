import { batchTask, defineJob, functionTask } from 'nightshift';
import { fails, testJob } from 'nightshift/testing';
import { date, idle, size, work } from './small-task.ts';

test('a run gives the result, the calls with their step keys and inputs, the records, and what was logged', async () => {
  const job = defineJob({
    ...{ id: 'TWICE', name: 'Twice' },
    tasks: { work },
    async run({ tasks, log, date, run }) {
      const { value } = await tasks.work({ value: 1 });
      log('first done', { value });
      const last = await tasks.work({ value }, { name: 'last' });
      return { records: last.value, date, key: run.key };
    },
  });

  const done = await testJob(job, { date, tasks: { work: ({ value }) => ({ value: value + 1 }) } });

  expect(done).toMatchObject({ run: 'TWICE/2026-11-21', status: 'succeeded', reason: null, error: null, records: 3 });
  expect(done.result).toEqual({ records: 3, date, key: date });
  expect(done.calls).toEqual([
    { step: 'work#1', task: 'work', attempt: 1, input: { value: 1 } },
    { step: 'last', task: 'work', attempt: 1, input: { value: 2 } },
  ]);
  expect(done.logged).toEqual([{ event: 'first done', record: { value: 2 } }]);
});

describe('retries', () => {
  const job = defineJob({
    ...{ id: 'RETRIED', name: 'Retried' },
    retry: { times: 2, delay: '10 minutes', onExitCode: { 42: 'fail' } },
    tasks: { work },
    run: ({ tasks }) => tasks.work({ value: 1 }),
  });

  test('follow the policy of the job, with its delays on the clock of the test', async () => {
    const started = performance.now();
    const done = await testJob(job, {
      date,
      now: '2026-11-21T03:00:00+09:00',
      tasks: { work: (_, call) => (call.attempt < 3 ? fails('exitCode') : { value: call.now.getTime() }) },
    });

    expect(done.status).toBe('succeeded');
    expect(done.calls.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(done.slept).toEqual([
      { ms: 600_000, until: '2026-11-20T18:10:00.000Z' },
      { ms: 600_000, until: '2026-11-20T18:20:00.000Z' },
    ]);
    expect(done.result).toEqual({ value: Date.parse('2026-11-20T18:20:00Z') });
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  test('end when they are spent, with the error that people get', async () => {
    const done = await testJob(job, {
      date,
      tasks: {
        work: () => fails('exitCode', { exitCode: 3, reason: 'Essential container exited', logTail: ['boom'] }),
      },
    });

    expect(done.calls).toHaveLength(3);
    expect(done).toMatchObject({ status: 'failed', reason: 'failed', result: undefined, records: null });
    expect(done.error).toMatchObject({
      ...{ class: 'exitCode', step: 'work#1', logTail: ['boom'] },
      message: 'Step work#1 failed with exit code 3: Essential container exited [exitCode]',
    });
  });

  test('are free after a lost Spot, and none after an exit code that says so', async () => {
    const spot = await testJob(job, {
      date,
      tasks: { work: (_, call) => (call.attempt < 6 ? fails('spot') : { value: 1 }) },
    });
    const final = await testJob(job, { date, tasks: { work: () => fails('exitCode', { exitCode: 42 }) } });

    expect([spot.status, spot.calls.length]).toEqual(['succeeded', 6]);
    expect([final.status, final.calls.length]).toEqual(['failed', 1]);
  });

  test('follow what a fake throws', async () => {
    const calls = defineJob({
      ...{ id: 'CALLS', name: 'Calls' },
      tasks: { work, tell: functionTask<() => void>('functions/tell') },
      run: ({ tasks }) => tasks.tell(),
    });
    const tell = () => {
      throw new RangeError('no such user');
    };

    const done = await testJob(calls, { date, tasks: { work: idle, tell } });

    expect(done.error).toMatchObject({
      class: 'functionError',
      message: expect.stringContaining('RangeError: no such user'),
    });
  });
});

describe('an array', () => {
  const failed = batchTask<{ value: number }, { value: number }>({
    ...{ app: 'work', command: ['work'], ...size, output: 'line', retryShards: 'failed' },
  });

  test('calls the fake once a shard, and again only for shards that failed', async () => {
    const job = defineJob({
      ...{ id: 'FAN', name: 'Fan', retry: { times: 1 } },
      tasks: { failed },
      run: ({ tasks }) => tasks.failed.array(3, (shard) => ({ value: shard * 10 })),
    });

    const done = await testJob(job, {
      date,
      tasks: { failed: (input, call) => (call.shard === 1 && call.attempt === 1 ? fails('exitCode') : input) },
    });

    expect(done.result).toEqual([{ value: 0 }, { value: 10 }, { value: 20 }]);
    expect(done.calls.map(({ step, shard, attempt }) => [step, shard, attempt])).toEqual([
      ['failed#1', 0, 1],
      ['failed#1', 1, 1],
      ['failed#1', 2, 1],
      ['failed#1', 1, 2],
    ]);
  });

  test('of a plain worker is tried again by AWS Batch, child by child, without a wait of the run', async () => {
    const job = defineJob({
      ...{ id: 'PLAIN', name: 'Plain', retry: { times: 2 } },
      tasks: { work },
      run: ({ tasks }) => tasks.work.array(2, { value: 1 }),
    });

    const done = await testJob(job, {
      date,
      tasks: { work: (input, call) => (call.shard === 1 && call.attempt < 3 ? fails('exitCode') : input) },
    });

    expect([done.status, done.calls.length, done.slept]).toEqual(['succeeded', 4, []]);
  });
});

describe('the clock', () => {
  const sleeper = defineJob({
    ...{ id: 'SLEEPER', name: 'Sleeper' },
    ...{ schedule: { expression: 'cron(0 3 * * ? *)', timezone: 'Asia/Tokyo' }, timeout: '4 hours' },
    tasks: { work },
    async run({ tasks, sleepUntil }) {
      await sleepUntil('03:15');
      const woken = new Date().toISOString();
      await tasks.work({ value: Date.now() });
      return woken;
    },
  });

  test('is that of the run, in sleepUntil and in Date', async () => {
    const done = await testJob(sleeper, { date, tasks: { work: (input) => input } });

    expect(done.result).toBe('2026-11-20T18:15:00.000Z');
    expect(done.calls[0]?.input).toEqual({ value: Date.parse('2026-11-20T18:15:00Z') });
    expect(done.tookMs).toBe(3.25 * 3_600_000);
    expect(Math.abs(Date.now() - performance.timeOrigin - performance.now())).toBeLessThan(60_000);
  });

  test("ends a run that takes longer than its job's timeout, and hears its onFailure", async () => {
    const brief = defineJob({
      ...{ id: 'BRIEF', name: 'Brief', timeout: '30 minutes' },
      tasks: { work, tell: work },
      run: ({ tasks }) => tasks.work({ value: 1 }),
      onFailure: async ({ tasks, error }) => ({ told: await tasks.tell({ value: 2 }), why: error.class }),
    });

    const done = await testJob(brief, {
      date,
      tasks: {
        work: (input, call) => {
          call.takes('31 minutes');
          return input;
        },
        tell: (input) => input,
      },
    });

    expect(done).toMatchObject({ status: 'timedOut', reason: 'timedOut', tookMs: 1_800_000 });
    expect(done.error?.message).toBe("BRIEF/2026-11-21 took longer than its job's timeout");
    expect(done.result).toEqual({ told: { value: 2 }, why: 'timedOut' });
    expect(done.calls.map(({ step }) => step)).toEqual(['work#1', 'onFailure/1/tell#1']);
  });

  test('ends a try that takes longer than its limit', async () => {
    const limited = batchTask({ app: 'work', command: ['work'], ...size, timeout: '5 minutes' });
    const job = defineJob({
      ...{ id: 'LIMITED', name: 'Limited' },
      tasks: { limited },
      run: ({ tasks }) => tasks.limited(),
    });

    const done = await testJob(job, { date, tasks: { limited: (_, call) => call.takes('6 minutes') } });

    expect([done.error?.class, done.tookMs]).toEqual(['timeout', 300_000]);
  });
});

describe('parallel', () => {
  const branches = (onFailure: 'wait' | 'cancel') =>
    defineJob({
      ...{ id: 'BRANCHES', name: 'Branches' },
      tasks: { work },
      run: ({ tasks, parallel }) =>
        parallel(
          {
            left: async () => [await tasks.work({ value: 1 }), await tasks.work({ value: 2 })],
            right: () => tasks.work({ value: 3 }),
          },
          { onFailure },
        ),
    });
  const failRight = {
    work: (input: { value: number }, call: { takes(duration: '1 hour'): void }) => {
      if (input.value === 3) return fails('exitCode');
      call.takes('1 hour');
      return input;
    },
  };

  test('keys the steps by their branches, and lets the others go on', async () => {
    const done = await testJob(branches('wait'), { date, tasks: failRight });

    expect(done.calls.map(({ step }) => step)).toEqual(['left/work#1', 'right/work#1', 'left/work#2']);
    expect(done.tookMs).toBe(2 * 3_600_000);
    expect(done.error?.branches?.map(({ branch }) => branch)).toEqual(['right']);
  });

  test("stops the others' work with onFailure: 'cancel'", async () => {
    const done = await testJob(branches('cancel'), { date, tasks: failRight });

    expect(done.calls.map(({ step }) => step)).toEqual(['left/work#1', 'right/work#1']);
    expect(done.tookMs).toBe(0);
    expect(done.error?.branches?.map(({ branch, error }) => [branch, error.class])).toEqual([
      ['right', 'exitCode'],
      ['left', 'cancelled'],
    ]);
  });
});

describe('what is wrong with the test itself', () => {
  const job = defineJob({
    ...{ id: 'STRICT', name: 'Strict' },
    input: { type: 'object', properties: { size: { type: 'integer' } }, required: ['size'] } as const,
    tasks: { work, other: work },
    run: ({ tasks, input }) => tasks.work({ value: input.size }),
  });
  const tasks = { work: idle, other: idle };

  test('a missing fake is named, when it is compiled and when it runs', async () => {
    // @ts-expect-error: the task "other" has no fake.
    const run = testJob(job, { date, input: { size: 1 }, tasks: { work: idle } });

    await expect(run).rejects.toThrow('STRICT has no fake for other: add tasks: { other: (input) => ... }');
  });

  test('a fake of another type does not compile', async () => {
    // @ts-expect-error: the output of "other" has a number.
    await testJob(job, { date, input: { size: 1 }, tasks: { work: idle, other: () => ({ value: 'many' }) } });
  });

  test('an input that the schema refuses is refused as at the door', async () => {
    const run = testJob(job, { date, input: { size: 'many' } as never, tasks });

    await expect(run).rejects.toThrow('input.size: must be integer');
  });

  test('a date that is none, a clock without a zone, a fake for nothing', async () => {
    const input = { size: 1 };

    await expect(testJob(job, { date: 'today', input, tasks })).rejects.toThrow('"today" is not a business date');
    await expect(testJob(job, { date, input, tasks, now: '2026-11-21T03:00' })).rejects.toThrow('with a zone');
    const more = { ...tasks, third: idle };
    await expect(testJob(job, { date, input, tasks: more })).rejects.toThrow('STRICT has no task third');
  });
});

test('runs side by side do not disturb each other', async () => {
  const job = defineJob({
    ...{ id: 'SIDE', name: 'Side' },
    tasks: { work },
    async run({ tasks, parallel, date }) {
      const first = await tasks.work({ value: Number(date.slice(-2)) });
      const { left } = await parallel({ left: () => tasks.work({ value: first.value + 1 }) });
      return [left.value, new Date().toISOString().slice(0, 10)];
    },
  });
  const dates = Array.from({ length: 20 }, (_, day) => `2026-11-${day + 10}`);

  const done = await Promise.all(
    dates.map((day) => testJob(job, { date: day, tasks: { work: async (input) => input } })),
  );

  expect(done.map(({ result }) => result)).toEqual(dates.map((day) => [Number(day.slice(-2)) + 1, day]));
});
