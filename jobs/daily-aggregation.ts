import { batchTask, defineJob } from 'nightshift';

/** Adds up the orders of the business date into `daily_totals`. */
export const dailyAggregation = defineJob({
  id: 'BATCH-000',
  name: 'Daily aggregation',
  schedule: { expression: 'cron(30 2 * * ? *)', timezone: 'Asia/Tokyo', catchUp: '12 hours' },
  usually: '2 minutes',
  slowAfter: '10 minutes',
  timeout: '30 minutes',
  retry: { times: 3, delay: '1 minute' },
  alerts: { slow: ['slack'], failed: ['slack', 'email'], timedOut: ['slack', 'phone'] },
  tasks: {
    aggregate: batchTask<{ date: string }, { orders: number; amountYen: number }>({
      app: 'ranking',
      command: ['node', 'aggregate.js'],
      vcpu: 1,
      memory: '2 GB',
      secrets: { DATABASE_URL: 'shop/database' },
      output: 'line',
    }),
  },
  async run({ tasks, date }) {
    const { orders, amountYen } = await tasks.aggregate({ date });
    return { records: orders, amountYen };
  },
});
