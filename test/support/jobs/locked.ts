import { batchTask, defineJob } from 'nightshift';

const input = { type: 'object', properties: { dir: { type: 'string' } }, required: ['dir'] } as const;
const work = batchTask<{ dir: string }, { tokens: Record<string, number> }>({
  app: 'work',
  command: ['node', 'work.mjs'],
  vcpu: 0.25,
  memory: '512 MB',
  output: 'line',
});

/** Holds the lock `table`; when it is busy, waits. */
export const holder = defineJob({
  id: 'HOLDER',
  name: 'Waits for its lock',
  locks: [{ name: 'table', ifBusy: 'wait' }],
  input,
  tasks: { work },
  run: ({ tasks, input: { dir } }) => tasks.work({ dir }),
});

/** Wants the same lock; when it is busy, is not run. */
export const proud = defineJob({
  id: 'PROUD',
  name: 'Does not wait for its lock',
  locks: [{ name: 'table', ifBusy: 'fail' }],
  input,
  tasks: { work },
  run: ({ tasks, input: { dir } }) => tasks.work({ dir }),
});
