import { batchTask, defineJob } from 'nightshift';

/** Holds a lock and sleeps for longer than any test. */
export const sleeper = defineJob({
  id: 'SLEEPER',
  name: 'Sleeps',
  locks: [{ name: 'bed' }],
  tasks: {
    sleep: batchTask({ app: 'sleeper', command: ['sh', 'sleep.sh'], vcpu: 0.25, memory: '512 MB' }),
  },
  run: ({ tasks }) => tasks.sleep(),
});
