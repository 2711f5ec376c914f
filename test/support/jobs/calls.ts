import { defineJob, functionTask, lambdaTask } from 'nightshift';
import type { work } from '../functions/work.ts';

const input = { type: 'object', properties: { dir: { type: 'string' } }, required: ['dir'] } as const;

/** A function that is called in the worker, then once more with what the first call gave. */
export const called = defineJob({
  id: 'CALLED',
  name: 'Calls a function twice',
  input,
  retry: { times: 1, delay: '1 second' },
  tasks: { work: functionTask<typeof work>('test/support/functions/work') },
  async run({ tasks, input: { dir } }) {
    const first = await tasks.work({ dir, value: 1 });
    const second = await tasks.work({ dir, value: first.value });
    return { value: second.value, date: second.date };
  },
});

/** A function that may take one second. */
export const hurried = defineJob({
  id: 'HURRIED',
  name: 'Calls a function that has one second',
  input,
  tasks: { work: functionTask<typeof work>('test/support/functions/work', { timeout: '1 second' }) },
  run: ({ tasks, input: { dir } }) => tasks.work({ dir }),
});

/** A function that is not there. */
export const lost = defineJob({
  id: 'LOST',
  name: 'Calls a function that is not there',
  tasks: { nothing: functionTask('test/support/functions/nothing') },
  run: ({ tasks }) => tasks.nothing(),
});

/** Branches that call a function and a Lambda, and one that fails; then it goes on without them. */
export const branched = defineJob({
  id: 'BRANCHED-CALLS',
  name: 'Stops branches that call',
  input,
  tasks: {
    work: functionTask<typeof work>('test/support/functions/work'),
    call: lambdaTask<{ dir: string }>({ app: 'lambda', timeout: '1 minute' }),
  },
  async run({ tasks, input: { dir }, parallel }) {
    const branches = {
      calls: () => tasks.work({ dir, value: 1 }),
      invokes: () => tasks.call({ dir }),
      fails: () => tasks.work({ dir, value: 9 }),
    };
    await parallel(branches, { onFailure: 'cancel' }).catch(() => undefined);
    await tasks.work({ dir, value: 2 }, { name: 'after' });
  },
});
