import { batchTask, defineJob } from 'nightshift';

/** One line of the ranking, as `publish` returns the best of it. */
interface Ranked {
  rank: number;
  userId: number;
  name: string;
  score: number;
}

/** Adds up the last 30 days of orders for every user, ranks them, replaces the table `rankings`. */
export const ranking = defineJob({
  id: 'BATCH-001',
  name: 'Daily user ranking',
  schedule: { expression: 'cron(0 3 * * ? *)', timezone: 'Asia/Tokyo', catchUp: '12 hours' },
  webhook: true,
  onEvent: { source: 'shop.orders', detailType: 'Day closed' },
  after: ['BATCH-000'],
  locks: [{ name: 'rankings', ifBusy: 'fail' }],
  usually: '10 minutes',
  slowAfter: '15 minutes',
  timeout: '30 minutes',
  waitAtMost: '3 hours',
  retry: { times: 3, delay: '1 minute' },
  records: { alertAtOrBelow: 0.5 },
  alerts: {
    slow: ['slack'],
    failed: ['slack', 'email'],
    fewRecords: ['slack'],
    timedOut: ['slack', 'phone'],
  },
  tasks: {
    score: batchTask<{ date: string }, { users: number }>({
      app: 'ranking',
      command: ['node', 'score.js'],
      vcpu: 1,
      memory: '2 GB',
      spot: true,
      secrets: { DATABASE_URL: 'shop/database' },
      output: 'line',
      retryShards: 'failed',
    }),
    publish: batchTask<{ date: string }, { records: number; top: Ranked[] }>({
      app: 'ranking',
      command: ['node', 'publish.js'],
      vcpu: 1,
      memory: '2 GB',
      secrets: { DATABASE_URL: 'shop/database' },
      output: 'line',
    }),
  },
  async run({ tasks, date }) {
    // Four shards, by range of user id.
    await tasks.score.array(4, { date });
    const { records, top } = await tasks.publish({ date });
    return { records, top };
  },
});
