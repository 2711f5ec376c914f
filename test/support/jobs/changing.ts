import { batchTask, defineJob } from 'nightshift';

const work = batchTask<{ dir: string; value?: number }, { value: number | null }>({
  app: 'work',
  command: ['node', 'work.mjs'],
  vcpu: 0.25,
  memory: '512 MB',
  output: 'line',
});
const input = { type: 'object', properties: { dir: { type: 'string' } }, required: ['dir'] } as const;

/** A job as it was when its run began; how it goes on is in `test/support/changed/`. */
export const changing = defineJob({
  id: 'CHANGING',
  name: 'Is changed under its run',
  locks: [{ name: 'changing' }],
  input,
  tasks: { work, added: work },
  async run({ tasks, input: { dir } }) {
    await tasks.work({ dir }, { name: 'first' });
    await tasks.work({ dir }, { name: 'second' });
    return { version: 1 };
  },
});
