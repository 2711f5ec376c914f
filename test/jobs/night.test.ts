import { testJob } from 'nightshift/testing';
import { arrayDemo } from '../../jobs/array-demo.ts';
import { dailyAggregation } from '../../jobs/daily-aggregation.ts';
import { mailNotification } from '../../jobs/mail-notification.ts';
import { rankingRepair } from '../../jobs/ranking-repair.ts';

const date = '2026-11-21';

test('the aggregation of a date counts its orders as records', async () => {
  const done = await testJob(dailyAggregation, {
    date,
    tasks: { aggregate: (input) => ({ orders: input.date === date ? 33_333 : 0, amountYen: 115_231_000 }) },
  });

  expect(done).toMatchObject({ status: 'succeeded', records: 33_333 });
  expect(done.result).toEqual({ records: 33_333, amountYen: 115_231_000 });
});

test('the mails of a date are its records', async () => {
  const done = await testJob(mailNotification, { date, tasks: { notify: () => ({ mails: 1_000 }) } });

  expect(done.calls).toEqual([{ step: 'notify#1', task: 'notify', attempt: 1, input: { date } }]);
  expect(done.result).toEqual({ records: 1_000 });
});

test('the repair waits for the table, and counts what it has mended', async () => {
  const done = await testJob(rankingRepair, {
    date,
    locks: { busy: ['rankings'] },
    tasks: { repair: () => ({ removed: 2, moved: 3, top: [] }) },
  });

  expect(done.locks).toEqual([{ name: 'rankings', waited: true }]);
  expect(done).toMatchObject({ status: 'succeeded', records: 5, result: { removed: 2, top: [] } });
});

test('the array demo has a shard for each item, all with the whole input', async () => {
  const input = { message: 'hello', items: ['tea', 'fish', 'rice'] };
  const done = await testJob(arrayDemo, {
    date,
    input,
    tasks: {
      work: ({ message, items }, { shard }) => {
        const index = shard ?? 0;
        const item = items[index] ?? '';
        return { message, item, index, length: item.length, sha256: '' };
      },
    },
  });

  expect(done.result?.results.map(({ item }) => item)).toEqual(input.items);
  expect(done.calls.map((call) => call.input)).toEqual([input, input, input]);
});

test('the array demo refuses a list without items', async () => {
  const work = () => ({ message: '', item: '', index: 0, length: 0, sha256: '' });
  const run = testJob(arrayDemo, { date, input: { message: 'hello', items: [] }, tasks: { work } });

  await expect(run).rejects.toThrow('input.items');
});
