import { batchTask, defineJob } from 'nightshift';

const step = batchTask<{ date: string }>({ app: 'work', command: ['true'], vcpu: 0.25, memory: '512 MB' });

/** Started from outside: by webhook, by message, by event. */
export const hooked = defineJob({
  id: 'HOOKED',
  name: 'Started from outside',
  webhook: true,
  onEvent: { source: 'shop.orders', detailType: 'Orders exported', detail: { bucket: [{ prefix: 'orders-' }] } },
  input: {
    type: 'object',
    properties: { bucket: { type: 'string' }, files: { type: 'integer', minimum: 1 } },
    required: ['bucket'],
  },
  tasks: { step },
  run: ({ tasks, date }) => tasks.step({ date }),
});
