import { batchTask, codeBuildTask, defineJob, ecsTask, lambdaTask } from 'nightshift';

const input = { type: 'object', properties: { dir: { type: 'string' } }, required: ['dir'] } as const;
const command = ['node', 'work.mjs'] as const;
type Work = { dir: string };
type Done = { shard: number };

/** One ECS task. */
export const ecs = defineJob({
  id: 'ECS',
  name: 'One ECS task',
  input,
  retry: { times: 0, delay: '1 second' },
  tasks: { work: ecsTask<Work, Done>({ app: 'work', command, vcpu: 0.5, memory: '1 GB', output: 'line', spot: true }) },
  run: ({ tasks, input: { dir } }) => tasks.work({ dir }),
});

/** One ECS task that may take two seconds. */
export const briefEcs = defineJob({
  id: 'BRIEF-ECS',
  name: 'One ECS task with a limit',
  input,
  tasks: { work: ecsTask<Work>({ app: 'work', command, vcpu: 0.5, memory: '1 GB', timeout: '2 seconds' }) },
  run: ({ tasks, input: { dir } }) => tasks.work({ dir }),
});

/** One build. */
export const build = defineJob({
  id: 'BUILD',
  name: 'One build',
  input,
  tasks: {
    work: codeBuildTask<Work, Done>({ app: 'build', output: 'line' }),
  },
  run: ({ tasks, input: { dir } }) => tasks.work({ dir }),
});

/** One Lambda. */
export const lambda = defineJob({
  id: 'LAMBDA',
  name: 'One Lambda',
  input,
  tasks: {
    call: lambdaTask<Work, { step: string; date: string; keys: string[] }>({ app: 'lambda', timeout: '30 seconds' }),
  },
  run: ({ tasks, input: { dir } }) => tasks.call({ dir }),
});

/** Batch with what its options say. */
export const batch = defineJob({
  id: 'BATCH-OPTIONS',
  name: 'Batch with parameters, JSON output and more',
  input,
  retry: { times: 2, delay: '1 second' },
  tasks: {
    // Prints the whole of what it was given, and nothing else.
    plain: batchTask<{ dir: string; text?: string }, { index: number }>({
      app: 'work',
      command: ['node', 'plain.mjs', 'Ref::word'],
      parameters: { word: 'default' },
      vcpu: 0.25,
      memory: '512 MB',
      doubleMemory: true,
      spot: true,
      output: 'json',
    }),
    secret: batchTask<{ dir: string }, Done>({
      ...{ app: 'work', command: ['node', 'work.mjs'] as const, vcpu: 0.25, memory: '512 MB', output: 'line' },
      sensitive: true,
    }),
  },
  async run({ tasks, input: { dir } }) {
    const shards = await tasks.plain.array(3, { dir }, { parameters: { word: 'given' } });
    const [single] = await tasks.plain.array(1, { dir, text: 'x'.repeat(9_000) });
    await tasks.secret({ dir });
    return { shards, single };
  },
});
