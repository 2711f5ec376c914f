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

const handledInput = {
  type: 'object',
  properties: { dir: { type: 'string' }, broken: { enum: ['run', 'onSuccess', 'onFailure'] } },
  required: ['dir'],
} as const;

/** Hears of its success and of its failure, by a task each. */
export const handled = defineJob({
  id: 'HANDLED',
  name: 'With handlers',
  handlerTimeout: '1 minute',
  input: handledInput,
  tasks: { work, last: work, notify: work },
  async run({ tasks, input: { dir, broken } }) {
    await tasks.work({ dir });
    const last = await tasks.last({ dir, value: 7 });
    if (broken === 'run') throw new Error('the body gives up');
    return { value: last.value };
  },
  async onSuccess({ tasks, result, input: { dir, broken } }) {
    if (broken === 'onSuccess') throw new Error('nobody hears of it');
    const told = await tasks.notify({ dir, value: 8 });
    return { ...result, told: told.value };
  },
  async onFailure({ tasks, error, input: { dir, broken } }) {
    if (broken === 'onFailure') throw new Error('nobody hears of that, either');
    const told = await tasks.notify({ dir, value: 9 });
    return { told: told.value, why: error.class };
  },
});

/** Runs out of time, and so may its handler. */
export const handledBrief = defineJob({
  id: 'HANDLED-BRIEF',
  name: 'With a handler, and little time',
  timeout: '3 seconds',
  handlerTimeout: '4 seconds',
  input: handledInput,
  tasks: { work, notify: work },
  run: ({ tasks, input: { dir } }) => tasks.work({ dir }),
  async onFailure({ tasks, input: { dir } }) {
    return { told: (await tasks.notify({ dir, value: 9 })).value };
  },
});

/** Goes on after branches that were stopped. */
export const goesOn = defineJob({
  id: 'GOES-ON',
  name: 'Goes on after a failed branch',
  input: { type: 'object', properties: { dir: { type: 'string' } }, required: ['dir'] } as const,
  tasks: { work },
  async run({ tasks, input: { dir }, parallel }) {
    const branches = { left: () => tasks.work({ dir }), right: () => tasks.work({ dir }) };
    const failed = await parallel(branches, { onFailure: 'cancel' }).then(
      () => 'nothing',
      (error: Error) => error.message,
    );
    await tasks.work({ dir });
    return { failed };
  },
});

/** What another job runs, and waits for. */
export const inner = defineJob({
  id: 'INNER',
  name: 'Is run by another',
  input: { type: 'object', properties: { dir: { type: 'string' } }, required: ['dir'] } as const,
  tasks: { work },
  run: ({ tasks, input: { dir } }) => tasks.work({ dir, value: 42 }),
});

/** Runs INNER, or itself. */
export const outer = defineJob({
  id: 'OUTER',
  name: 'Runs another',
  input: {
    type: 'object',
    properties: { dir: { type: 'string' }, other: { type: 'string' } },
    required: ['dir'],
  } as const,
  tasks: { work },
  async run({ runJob, input: { dir, other } }) {
    if (other !== undefined) return { of: await runJob(other, { input: { dir } }) };
    const { value } = await runJob(inner, { input: { dir } });
    return { of: value };
  },
});

/** Waits for a time of its business date, or for ever. */
export const sleeper = defineJob({
  id: 'SLEEPER',
  name: 'Waits for a time',
  input: {
    type: 'object',
    properties: { dir: { type: 'string' }, until: { type: 'string' } },
    required: ['dir', 'until'],
  } as const,
  tasks: { work },
  async run({ tasks, sleepUntil, input: { dir, until } }) {
    await sleepUntil(until);
    await tasks.work({ dir });
  },
});
