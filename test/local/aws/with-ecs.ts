import {
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionRequest,
  RunTaskCommand,
  type RunTaskRequest,
  type Task,
} from '@aws-sdk/client-ecs';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { LocalAwsOptions } from '../../../local/aws/index.ts';
import { type Bench, until, withLocalAws } from './with-local-aws.ts';

/** A bench with ECS, and short words for what every test of it does. */
export interface EcsBench {
  bench: Bench;
  aws: Bench['aws'];
  ecs: ECSClient;
  /** Registers the family `build` with one container `main`, whose command is a shell line; returns the ARN. */
  define(script: string, changes?: Partial<RegisterTaskDefinitionRequest>): Promise<string>;
  /** Runs one task; returns its ARN. */
  run(changes?: Partial<RunTaskRequest>): Promise<string>;
  describe(task: string): Promise<Task>;
  reaches(task: string, lastStatus: string): Promise<Task>;
  stops(task: string): Promise<Task>;
}

/** A container with a shell line and an awslogs log. */
export const shell = (name: string, script: string) => ({
  name,
  image: 'image',
  command: ['sh', '-c', script],
  logConfiguration: {
    logDriver: 'awslogs' as const,
    options: { 'awslogs-group': '/ecs/build', 'awslogs-region': 'ap-northeast-1', 'awslogs-stream-prefix': 'night' },
  },
});

/** All that RunTask needs but the definition. */
export const onFargate = {
  launchType: 'FARGATE' as const,
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
};

/** Runs `test` with a local AWS of one cluster `default`. */
export async function withEcs(
  options: Partial<LocalAwsOptions>,
  test: (bench: EcsBench) => Promise<void>,
): Promise<void> {
  await withLocalAws(options, async (bench) => {
    const ecs = new ECSClient({
      endpoint: bench.aws.endpoint,
      region: bench.aws.region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
    try {
      await test({ bench, aws: bench.aws, ecs, ...shortWords(ecs) });
    } finally {
      ecs.destroy();
    }
  });
}

/** An event as it comes from the queue. */
export interface TaskEvent {
  source: string;
  'detail-type': string;
  resources: string[];
  detail: Record<string, unknown> & { taskArn: string; version: number };
}

/** Receives so many events. */
export async function receiveTaskEvents({ aws, bench }: EcsBench, count: number): Promise<TaskEvent[]> {
  const events: TaskEvent[] = [];
  while (events.length < count) {
    const { Messages = [] } = await bench.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: aws.eventQueueUrl, WaitTimeSeconds: 10, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) throw new Error(`Only ${events.length} of ${count} events came`);
    events.push(...Messages.map((message) => JSON.parse(message.Body ?? '') as TaskEvent));
  }
  return events;
}

function shortWords(ecs: ECSClient): Omit<EcsBench, 'bench' | 'aws' | 'ecs'> {
  async function describe(task: string): Promise<Task> {
    const { tasks } = await ecs.send(new DescribeTasksCommand({ tasks: [task], include: ['TAGS'] }));
    const [found] = tasks ?? [];
    if (!found) throw new Error(`No such task: ${task}`);
    return found;
  }
  const reaches = (task: string, lastStatus: string) =>
    until(
      () => describe(task),
      (seen) => seen.lastStatus === lastStatus,
    );
  return {
    describe,
    reaches,
    stops: (task) => reaches(task, 'STOPPED'),
    async define(script, changes) {
      const { taskDefinition } = await ecs.send(
        new RegisterTaskDefinitionCommand({
          family: 'build',
          requiresCompatibilities: ['FARGATE'],
          networkMode: 'awsvpc',
          cpu: '512',
          memory: '1024',
          executionRoleArn: 'arn:aws:iam::000000000000:role/execution',
          containerDefinitions: [shell('main', script)],
          ...changes,
        }),
      );
      return taskDefinition?.taskDefinitionArn ?? '';
    },
    async run(changes) {
      const { tasks, failures } = await ecs.send(
        new RunTaskCommand({ taskDefinition: 'build', ...onFargate, ...changes }),
      );
      const arn = tasks?.[0]?.taskArn;
      if (arn === undefined) throw new Error(`No task: ${JSON.stringify(failures)}`);
      return arn;
    },
  };
}
