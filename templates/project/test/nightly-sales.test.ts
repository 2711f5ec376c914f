import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fails, testJob } from 'nightshift/testing';
import { announce } from '../functions/announce.ts';
import { nightlySales } from '../jobs/nightly-sales.ts';

test('the sums of all shards are added up and told', async () => {
  const done = await testJob(nightlySales, {
    date: '2026-11-21',
    tasks: { add: (_, { shard }) => ({ sales: 10, cents: 100 * (shard ?? 0) }), announce },
  });

  assert.equal(done.status, 'succeeded');
  assert.deepEqual(done.result, { records: 40, text: '2026-11-21: 40 sales, 6.00 in all' });
});

test('a night without sums tells nothing', async () => {
  const done = await testJob(nightlySales, {
    date: '2026-11-21',
    tasks: { add: () => fails('exitCode', { exitCode: 1 }), announce },
  });

  assert.equal(done.status, 'failed');
  assert.deepEqual([...new Set(done.calls.map(({ task }) => task))], ['add']);
});
