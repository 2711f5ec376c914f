import { batchTask, defineJob } from 'nightshift';
import { Type } from 'typebox';

/** What the worker says of one item. */
interface Result {
  message: string;
  item: string;
  index: number;
  length: number;
  sha256: string;
}

/** Hands each item of a list to a shard of a Go worker that knows nothing of Nightshift. */
export const arrayDemo = defineJob({
  id: 'array-demo',
  name: 'Array demo',
  timeout: '30 minutes',
  input: Type.Object({
    message: Type.String(),
    items: Type.Array(Type.String(), { minItems: 1, maxItems: 200 }),
  }),
  tasks: {
    work: batchTask<{ message: string; items: string[] }, Result>({
      app: 'array-worker',
      command: ['array-worker'],
      vcpu: 0.25,
      memory: '512 MB',
      output: 'json',
      retry: { times: 1, delay: '10 seconds' },
    }),
  },
  async run({ tasks, input }) {
    const results = await tasks.work.array(input.items.length, input);
    return { records: results.length, results };
  },
});
