import { batchTask, defineJob } from 'nightshift';

/** One line of the ranking, as `repair` returns the best of it. */
interface Ranked {
  rank: number;
  userId: number;
  name: string;
  score: number;
}

/** Takes users who were deleted since the ranking out of `rankings`, and recomputes the names and ranks of the others. */
export const rankingRepair = defineJob({
  id: 'BATCH-003',
  name: 'Ranking repair',
  after: ['BATCH-001'],
  notBefore: '04:00',
  // The same table as BATCH-001, in whichever night: one of the two waits, and it is this one.
  locks: [{ name: 'rankings', ifBusy: 'wait' }],
  usually: '1 minute',
  slowAfter: '10 minutes',
  timeout: '30 minutes',
  waitAtMost: '3 hours',
  retry: { times: 3, delay: '1 minute' },
  alerts: { slow: ['slack'], failed: ['slack', 'email'], timedOut: ['slack', 'phone'] },
  tasks: {
    repair: batchTask<{ date: string }, { removed: number; moved: number; top: Ranked[] }>({
      app: 'ranking',
      command: ['node', 'repair.js'],
      vcpu: 1,
      memory: '2 GB',
      secrets: { DATABASE_URL: 'shop/database' },
      output: 'line',
    }),
  },
  async run({ tasks, date }) {
    const { removed, moved, top } = await tasks.repair({ date });
    return { records: removed + moved, removed, top };
  },
});
