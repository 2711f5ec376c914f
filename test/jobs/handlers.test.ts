import { fails, testJob } from 'nightshift/testing';
import { crawler } from '../../jobs/crawler.ts';
import { morningBuild } from '../../jobs/morning-build.ts';

const input = { message: 'hello' };
const told = { notified: true, message: '' };

describe('the crawler', () => {
  const date = '2026-11-21T20:05Z';
  const tasks = { crawl: () => ({ pages: 12, broken: ['/gone'] }), succeeded: () => told, failed: () => told };

  test('tells the success handler what was crawled by which task', async () => {
    const done = await testJob(crawler, { date, input, tasks });

    expect(done.calls.map(({ step }) => step)).toEqual(['crawl#1', 'onSuccess/succeeded#1']);
    expect(done.calls[1]?.input).toMatchObject({ input, metadata: { job_name: 'crawler', vcpus: 1, memory: 2048 } });
    expect(done.result).toMatchObject({ records: 12, broken: ['/gone'], handler: told });
  });

  test('tells the error handler why it failed', async () => {
    const crawl = () => fails('exitCode', { exitCode: 2 });
    const done = await testJob(crawler, { date, input, tasks: { ...tasks, crawl } });

    expect(done.calls.map(({ step }) => step)).toEqual(['crawl#1', 'onFailure/1/failed#1']);
    expect(done.calls[1]?.input).toMatchObject({ input, error: { class: 'exitCode', step: 'crawl#1' } });
    expect(done).toMatchObject({ status: 'failed', result: { handler: told } });
  });
});

describe('the morning build', () => {
  const date = '2026-11-21';
  const tasks = {
    batchJob: () => undefined,
    prices: () => ({ records: 40, yen: 9_000 }),
    calendar: () => ({ records: 20, month: '2026-11' }),
    finalBatchJob: () => undefined,
  };

  test('builds last when the three have ended', async () => {
    const done = await testJob(morningBuild, { date, tasks });

    const steps = ['batch-job/batchJob#1', 'ecs-task-1/prices#1', 'ecs-task-2/calendar#1', 'finalBatchJob#1'];
    expect(done.calls.map(({ step }) => step)).toEqual(steps);
    expect(done.calls[3]?.input).toEqual({ prices: tasks.prices(), calendar: tasks.calendar() });
    expect(done.result).toEqual({ records: 40, workingDays: 20 });
  });

  test('does not build last when one of the three fails, and lets the others end', async () => {
    const done = await testJob(morningBuild, { date, tasks: { ...tasks, prices: () => fails('startFailed') } });

    expect(done.calls).toHaveLength(3);
    expect(done.error?.branches?.map(({ branch }) => branch)).toEqual(['ecs-task-1']);
  });
});
