import { fails, testJob } from 'nightshift/testing';
import { ranking } from '../../jobs/ranking.ts';

const date = '2026-11-21';
const top = [{ rank: 1, userId: 11, name: 'Ito Yuto', score: 35_761_200 }];
const tasks = { score: () => ({ users: 25_000 }), publish: () => ({ records: 100_000, top }) };

test('the ranking scores in four shards, then publishes, and its records are those of the table', async () => {
  const done = await testJob(ranking, { date, tasks });

  expect(done.calls.map(({ step, shard }) => [step, shard])).toEqual([
    ...[0, 1, 2, 3].map((shard) => ['score#1', shard]),
    ['publish#1', undefined],
  ]);
  expect(done.calls.map(({ input }) => input)).toEqual(Array(5).fill({ date }));
  expect(done).toMatchObject({ status: 'succeeded', records: 100_000, result: { records: 100_000, top } });
});

test('a shard that is lost is scored again by itself, a minute later', async () => {
  const score = (_: unknown, call: { shard: number | null; attempt: number }) =>
    call.shard === 2 && call.attempt === 1 ? fails('spot') : { users: 25_000 };

  const done = await testJob(ranking, { date, tasks: { ...tasks, score } });

  expect(done.calls.map(({ shard }) => shard)).toEqual([0, 1, 2, 3, 2, undefined]);
  expect(done.slept.map(({ ms }) => ms)).toEqual([60_000]);
});

test('nothing is published when a shard cannot be scored', async () => {
  const score = () => fails('exitCode', { exitCode: 1 });

  const done = await testJob(ranking, { date, tasks: { ...tasks, score } });

  expect(done.calls.every(({ task }) => task === 'score')).toBe(true);
  expect(done.calls).toHaveLength(16);
  expect(done).toMatchObject({ status: 'failed', error: { class: 'exitCode', step: 'score#1' } });
});

test('it is not run while the repair holds the table', async () => {
  const done = await testJob(ranking, { date, tasks, locks: { busy: ['rankings'] } });

  expect(done).toMatchObject({ status: 'notRun', reason: 'lockBusy', calls: [] });
});
