import { batchTask, defineJob } from 'nightshift';

/** Has nothing to do with the broken app. */
export const works = defineJob({
  id: 'WORKS',
  name: 'Works',
  tasks: { work: batchTask({ app: 'works', command: ['sh', '-c', 'true'], vcpu: 0.25, memory: '512 MB' }) },
  run: ({ tasks }) => tasks.work(),
});
