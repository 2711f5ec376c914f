import { batchTask, defineJob } from 'nightshift';

/** What a shard gives: who it is, and in which try it succeeded. */
interface Done {
  shard: number;
  try: number;
}

/** A big array on Spot with one retry; the input says which tries of which shards do not succeed. */
export const thousand = defineJob({
  id: 'THOUSAND',
  name: 'Many shards under trouble',
  retry: { times: 1, delay: '1 second', onExitCode: { 75: 'retry' } },
  input: {
    type: 'object',
    properties: { dir: { type: 'string' }, size: { type: 'integer' }, tries: { type: 'object' } },
    required: ['size', 'tries'],
  } as const,
  tasks: {
    work: batchTask<{ tries: unknown }, Done>({
      app: 'shard-worker',
      command: ['shard-worker'],
      vcpu: 0.25,
      memory: '512 MB',
      doubleMemory: true,
      spot: true,
      output: 'line',
      retryShards: 'failed',
    }),
  },
  async run({ tasks, input: { size, tries } }) {
    const done = await tasks.work.array(size, { tries });
    return { shards: done.map((each) => each.shard), tries: done.map((each) => each.try) };
  },
});
