import { codeBuildTask, defineJob, ecsTask } from 'nightshift';

/** One build and two ECS tasks together at five; when all have ended and none has failed, the last build. */
export const morningBuild = defineJob({
  id: 'morning-build',
  name: 'Morning build',
  schedule: { expression: 'cron(0 5 * * ? *)', timezone: 'Asia/Tokyo' },
  timeout: '2 hours',
  tasks: {
    batchJob: codeBuildTask({ app: 'batch-job' }),
    prices: ecsTask<void, { records: number; yen: number }>({
      app: 'ecs-task',
      command: ['node', 'task.js', 'prices'],
      vcpu: 0.5,
      memory: '1 GB',
      output: 'line',
    }),
    calendar: ecsTask<void, { records: number; month: string }>({
      app: 'ecs-task',
      command: ['node', 'task.js', 'calendar'],
      vcpu: 0.5,
      memory: '1 GB',
      output: 'line',
    }),
    finalBatchJob: codeBuildTask<{ prices: object; calendar: object }>({ app: 'final-batch-job' }),
  },
  async run({ tasks, parallel }) {
    const first = await parallel({
      'batch-job': () => tasks.batchJob(),
      'ecs-task-1': () => tasks.prices(),
      'ecs-task-2': () => tasks.calendar(),
    });
    await tasks.finalBatchJob({ prices: first['ecs-task-1'], calendar: first['ecs-task-2'] });
    return { records: first['ecs-task-1'].records, workingDays: first['ecs-task-2'].records };
  },
});
