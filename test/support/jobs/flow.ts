import { batchTask, defineJob } from 'nightshift';

/** What the tests' container gets and gives. */
interface Work {
  dir: string;
  value?: number;
}
interface Done {
  value: number | null;
}

const work = batchTask<Work, Done>({
  app: 'work',
  command: ['node', 'work.mjs'],
  vcpu: 0.25,
  memory: '512 MB',
  output: 'line',
});

/** Branches side by side; one of them has two steps, one has branches of its own. */
export const parallel = defineJob({
  id: 'PARALLEL',
  name: 'Branches side by side',
  input: {
    type: 'object',
    properties: {
      dir: { type: 'string' },
      onFailure: { enum: ['wait', 'cancel'] },
      limit: { type: 'integer' },
    },
    required: ['dir'],
  } as const,
  tasks: { work },
  async run({ tasks, input: { dir, ...options }, parallel }) {
    const results = await parallel(
      {
        left: async () => {
          const first = await tasks.work({ dir, value: 1 });
          const second = await tasks.work({ dir, value: 2 });
          return [first.value, second.value];
        },
        right: () => tasks.work({ dir, value: 3 }),
        nested: () => parallel({ inner: () => tasks.work({ dir, value: 4 }) }, options),
      },
      options,
    );
    const after = await tasks.work({ dir, value: 5 });
    return { left: results.left, right: results.right.value, inner: results.nested.inner.value, after: after.value };
  },
});

/** A branch calls a task and does not wait for it. */
export const forgetfulBranch = defineJob({
  id: 'FORGETFUL-BRANCH',
  name: 'Forgets to await in a branch',
  input: { type: 'object', properties: { dir: { type: 'string' } }, required: ['dir'] } as const,
  tasks: { work },
  async run({ tasks, input: { dir }, parallel }) {
    await parallel({
      left: async () => void tasks.work({ dir }),
      right: () => tasks.work({ dir }),
    });
  },
});

/** Uses `parallel` wrongly, in the way that the input names. */
export const misused = defineJob({
  id: 'MISUSED',
  name: 'Uses parallel wrongly',
  input: {
    type: 'object',
    properties: { dir: { type: 'string' }, how: { type: 'string' } },
    required: ['dir', 'how'],
  } as const,
  tasks: { work },
  async run({ input: { how }, parallel }) {
    const nothing = async () => undefined;
    const ways: Record<string, () => Promise<unknown>> = {
      name: () => parallel({ 'a/b': nothing }),
      handler: () => parallel({ onFailure: nothing }),
      promise: () => parallel({ left: nothing() as never }),
      limit: () => parallel({ left: nothing }, { limit: 0 }),
      mode: () => parallel({ left: nothing }, { onFailure: 'stop' as never }),
      twice: () => Promise.all([parallel({ left: nothing }), parallel({ left: nothing })]),
    };
    await ways[how]?.();
  },
});
