import { batchTask, defineJob } from 'nightshift';

/** Its app does not build. */
export const broken = defineJob({
  id: 'BROKEN',
  name: 'Cannot be built',
  retry: { times: 3 },
  tasks: { work: batchTask({ app: 'broken', command: ['sh', '-c', 'true'], vcpu: 0.25, memory: '512 MB' }) },
  run: ({ tasks }) => tasks.work(),
});
