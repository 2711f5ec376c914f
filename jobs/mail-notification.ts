import { batchTask, defineJob } from 'nightshift';

/** Writes a mail to each of the 1,000 best of the ranking into `mail_outbox`. */
export const mailNotification = defineJob({
  id: 'BATCH-002',
  name: 'Mail notification',
  after: ['BATCH-001'],
  notBefore: '03:15',
  usually: '1 minute',
  slowAfter: '10 minutes',
  timeout: '30 minutes',
  retry: { times: 3, delay: '1 minute' },
  alerts: { slow: ['slack'], failed: ['slack', 'email'], timedOut: ['slack', 'phone'] },
  tasks: {
    notify: batchTask<{ date: string }, { mails: number }>({
      app: 'ranking',
      command: ['node', 'notify.js'],
      vcpu: 1,
      memory: '2 GB',
      secrets: { DATABASE_URL: 'shop/database' },
      output: 'line',
    }),
  },
  async run({ tasks, date }) {
    const { mails } = await tasks.notify({ date });
    return { records: mails };
  },
});
