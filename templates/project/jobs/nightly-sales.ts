import { batchTask, defineJob, functionTask } from 'nightshift';
import type { announce } from '../functions/announce.ts';

/** How many containers share the work. */
const shards = 4;

/** Adds up a day's sales in AWS Batch, then tells the sum. */
export const nightlySales = defineJob({
  id: 'nightly-sales',
  name: 'Nightly sales',
  schedule: { expression: 'cron(30 1 * * ? *)' },
  slowAfter: '10 minutes',
  timeout: '30 minutes',
  // After the first try; for every task below.
  retry: { times: 2, delay: '1 minute' },
  tasks: {
    add: batchTask<{ date: string }, { sales: number; cents: number }>({
      app: 'sales',
      command: ['node', 'add.js'],
      vcpu: 0.25,
      memory: '512 MB',
      output: 'line',
    }),
    announce: functionTask<typeof announce>('functions/announce'),
  },
  async run({ tasks, date }) {
    const parts = await tasks.add.array(shards, { date });
    const sales = parts.reduce((sum, part) => sum + part.sales, 0);
    const cents = parts.reduce((sum, part) => sum + part.cents, 0);
    const text = await tasks.announce({ date, sales, cents });
    return { records: sales, text };
  },
});
