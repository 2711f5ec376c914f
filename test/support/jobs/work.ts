import { batchTask, defineJob } from 'nightshift';

/** What the tests' container gets and gives. */
interface Work {
  dir: string;
  value?: number;
}
interface Done {
  shard: number;
  value: number | null;
  tokens: Record<string, number>;
}

const input = {
  type: 'object',
  properties: { dir: { type: 'string' }, size: { type: 'integer', minimum: 0 } },
  required: ['dir'],
} as const;

const work = batchTask<Work, Done>({
  app: 'work',
  command: ['node', 'work.mjs'],
  vcpu: 0.25,
  memory: '512 MB',
  output: 'line',
  retryShards: 'failed',
});

/** One single job. */
export const one = defineJob({
  id: 'ONE',
  name: 'One task',
  input,
  tasks: { work },
  run: ({ tasks, input: { dir } }) => tasks.work({ dir }),
});

/** One task with one retry. */
export const retried = defineJob({
  id: 'RETRIED',
  name: 'One task, tried twice',
  retry: { times: 1, delay: '1 seconds' },
  input,
  tasks: { work },
  run: ({ tasks, input: { dir } }) => tasks.work({ dir }),
});

/** An array, then a single job that counts what came back. */
export const fan = defineJob({
  id: 'FAN',
  name: 'An array and a step after it',
  input,
  tasks: { work, sum: work },
  async run({ tasks, input: { dir, size = 3 }, log }) {
    const shards = await tasks.work.array(size, (shard) => ({ dir, value: shard * 10 }));
    log('shards counted', { shards: shards.length });
    const last = await tasks.sum({ dir, value: shards.length });
    return { records: shards.length, values: shards.map((shard) => shard.value), last: last.value };
  },
});

/** An array whose shards print nothing. */
export const quiet = defineJob({
  id: 'QUIET',
  name: 'Many shards without output',
  input,
  tasks: { nothing: batchTask<{ dir: string }>({ app: 'work', command: ['true'], vcpu: 0.25, memory: '512 MB' }) },
  async run({ tasks, input: { dir, size = 1_000 } }) {
    await tasks.nothing.array(size, { dir });
  },
});

/** Calls a task and does not wait for it. */
export const forgetful = defineJob({
  id: 'FORGETFUL',
  name: 'Forgets to await',
  input,
  tasks: { work },
  async run({ tasks, input: { dir } }) {
    void tasks.work({ dir });
    await tasks.work({ dir }, { name: 'awaited' });
  },
});

/** Stopped after two seconds. */
export const brief = defineJob({
  id: 'BRIEF',
  name: 'Runs out of time',
  timeout: '2 seconds',
  input,
  tasks: { work },
  run: ({ tasks, input: { dir } }) => tasks.work({ dir }),
});
