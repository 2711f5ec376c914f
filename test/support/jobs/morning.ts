import { codeBuildTask, defineJob, ecsTask } from 'nightshift';

/** What the work gets and gives. */
interface Work {
  value: number;
}
interface Done {
  value: number;
}

const build = codeBuildTask<Work, Done>({ app: 'morning', output: 'line' });
const task = ecsTask<Work, Done>({
  app: 'morning',
  command: ['sh', 'work.sh'],
  vcpu: 0.5,
  memory: '1 GB',
  output: 'line',
});

/** Scenario 3: a build and two tasks start together; when none has failed, a last build runs. */
export const morning = defineJob({
  id: 'MORNING',
  name: 'Fan-in in the morning',
  tasks: { batchJob: build, ecsTask1: task, ecsTask2: task, finalBatchJob: build },
  async run({ tasks, parallel }) {
    const first = await parallel({
      batchJob: () => tasks.batchJob({ value: 1 }),
      ecsTask1: () => tasks.ecsTask1({ value: 2 }),
      ecsTask2: () => tasks.ecsTask2({ value: 3 }),
    });
    const sum = [first.batchJob, first.ecsTask1, first.ecsTask2].reduce((all, done) => all + done.value, 0);
    const last = await tasks.finalBatchJob({ value: sum });
    return { sum: last.value };
  },
});
