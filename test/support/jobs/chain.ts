import { batchTask, defineJob } from 'nightshift';

const step = batchTask<{ date: string }>({ app: 'work', command: ['true'], vcpu: 0.25, memory: '512 MB' });
const daily = { expression: 'cron(0 3 * * ? *)', timezone: 'Asia/Tokyo' } as const;

/** Two prerequisites, and a job without a schedule that they start. */
export const left = defineJob({
  id: 'LEFT',
  name: 'One prerequisite',
  schedule: daily,
  tasks: { step },
  run: ({ tasks, date }) => tasks.step({ date }),
});

export const right = defineJob({
  id: 'RIGHT',
  name: 'Another prerequisite',
  schedule: daily,
  tasks: { step },
  run: ({ tasks, date }) => tasks.step({ date }),
});

export const joined = defineJob({
  id: 'JOINED',
  name: 'Started by both',
  after: ['LEFT', 'RIGHT'],
  tasks: { step },
  run: ({ tasks, date }) => tasks.step({ date }),
});

/** A scheduled job that waits for a prerequisite. */
export const waiting = defineJob({
  id: 'WAITING',
  name: 'Waits for one',
  schedule: daily,
  after: ['LEFT'],
  waitAtMost: '1 hour',
  tasks: { step },
  run: ({ tasks, date }) => tasks.step({ date }),
});

/** Started by its prerequisite, but not before a time of its business date. */
export const late = defineJob({
  id: 'LATE',
  name: 'Not before a quarter past three',
  after: ['RIGHT'],
  notBefore: '03:15',
  tasks: { step },
  run: ({ tasks, date }) => tasks.step({ date }),
});
