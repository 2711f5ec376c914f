import { loadJobs } from '../../config/job-scan.ts';
import { errorOf, jobFile, project, removeProjects } from './project.ts';

afterAll(removeProjects);

const refusal = async (files: Record<string, string>) =>
  (await errorOf(loadJobs(await project(files), { timezone: 'Asia/Tokyo' }))).message;

test('jobs that name the same lock must agree on its slots: both files are named', async () => {
  const message = await refusal({
    'jobs/a.ts': jobFile('A', `locks: [{ name: 'pool', slots: 2 }],`),
    'jobs/b.ts': jobFile('B', `locks: [{ name: 'pool' }],`),
  });

  expect(message).toContain('jobs/b.ts: B: locks.pool.slots: is 1 here and 2 in jobs/a.ts (A); write the same in both');
});

test('jobs that name the same lock must agree on its external latch', async () => {
  const message = await refusal({
    'jobs/a.ts': jobFile('A', `locks: [{ name: 'table', external: 'redis' }],`),
    'jobs/b.ts': jobFile('B', `locks: [{ name: 'table', ifBusy: 'skip' }],`),
  });

  expect(message).toContain('jobs/b.ts: B: locks.table.external: is none here and redis in jobs/a.ts (A)');
});

test('what a busy lock means may differ from job to job', async () => {
  const files = {
    'jobs/a.ts': jobFile('A', `locks: [{ name: 'pool', slots: 2, ifBusy: 'fail' }],`),
    'jobs/b.ts': jobFile('B', `locks: [{ name: 'pool', slots: 2 }],`),
  };

  expect((await loadJobs(await project(files), { timezone: 'Asia/Tokyo' })).jobs.size).toBe(2);
});

const nestedCalls = `withLock('late', async () => withLock({ name: 'early', slots: 2 }, async () => null))`;

test.each([
  [
    'a lock that the job holds',
    `locks: [{ name: 'x' }], async run({ withLock }) { await withLock('x', async () => 1); },`,
    'takes a lock that the',
  ],
  [
    'an earlier name',
    `locks: [{ name: 'x' }], run: async (context) => { await context.withLock('a', async () => 1); },`,
    'withLock("a") comes while "x" is held',
  ],
  [
    'an earlier name inside',
    `async run({ withLock }) { await ${nestedCalls}; },`,
    'withLock("early") comes while "late" is held',
  ],
  [
    'itself inside',
    `async run({ withLock }) { await withLock('x', () => withLock('x', async () => 1)); },`,
    'stands inside itself',
  ],
])('withLock of %s is refused', async (_, changes, advice) => {
  expect(await refusal({ 'jobs/a.ts': jobFile('A', changes) })).toContain(advice);
});

test('withLock in the order of names, or of a name that is not written out, is taken', async () => {
  const changes = `locks: [{ name: 'a' }], async run({ withLock, date }) {
    await withLock('b', () => withLock('c', async () => 1));
    await withLock('b', () => withLock(date, async () => 1));
  },`;

  expect((await loadJobs(await project({ 'jobs/a.ts': jobFile('A', changes) }), { timezone: 'UTC' })).jobs.size).toBe(
    1,
  );
});

test.each([
  [`slots: 0`, 'write a whole number from 1 to 1000, such as 2'],
  [`slots: 1001`, 'write a whole number from 1 to 1000, such as 2'],
  [`slots: 1.5`, 'write a whole number from 1 to 1000, such as 2'],
  [`external: 'memcached'`, 'write "redis" or "dynamodb"'],
  [`slots: 2, external: 'redis'`, 'has room for one holder, and this lock has 2 slots; write slots: 1'],
])('%s is refused', async (option, advice) => {
  const message = await refusal({ 'jobs/a.ts': jobFile('A', `locks: [{ name: 'pool', ${option} }],`) });

  expect(message).toContain(advice);
});
