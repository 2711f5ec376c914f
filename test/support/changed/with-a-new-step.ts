import { batchTask, defineJob } from 'nightshift';

const work = batchTask<{ dir: string; value?: number }, { value: number | null }>({
  app: 'work',
  command: ['node', 'work.mjs'],
  vcpu: 0.25,
  memory: '512 MB',
  output: 'line',
});

/** The job CHANGING after an edit: another step comes before those that there were. */
export const changing = defineJob({
  id: 'CHANGING',
  name: 'Was changed under its run',
  timeout: '1 hour',
  input: { type: 'object', properties: { dir: { type: 'string' } }, required: ['dir'] } as const,
  tasks: { work, added: work },
  async run({ tasks, input: { dir } }) {
    await tasks.added({ dir }, { name: 'new' });
    await tasks.work({ dir }, { name: 'first' });
    await tasks.work({ dir }, { name: 'second' });
    return { version: 2 };
  },
});
