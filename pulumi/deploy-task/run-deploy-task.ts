import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTasksCommand, ECSClient, RunTaskCommand, type Task } from '@aws-sdk/client-ecs';

/** What is to be run, and where. Plain data: it is kept in Pulumi's state. */
export interface DeployTaskInputs {
  region: string;
  cluster: string;
  /** ARN of the task definition. */
  definition: string;
  /** The container in it whose command is replaced. */
  container: string;
  subnets: string[];
  securityGroups: string[];
  logGroup: string;
  /** Commands of the worker's image, one after the other: `['migrate']`. */
  commands: string[][];
  /** Run again when this is another. */
  mark: string;
}

/** What it is run with. */
export interface DeployTaskClients {
  ecs: Pick<ECSClient, 'send'>;
  logs: Pick<CloudWatchLogsClient, 'send'>;
  /** Lets some time pass between two looks. */
  pause(): Promise<void>;
  /** Looks at one task before it is given up. */
  looks: number;
}

/**
 * Runs the commands as one-off ECS tasks, each after the end of the one before.
 * @throws Error that names the command, why it did not end well, and the last lines of its log.
 */
export async function runDeployTask(
  inputs: DeployTaskInputs,
  clients: DeployTaskClients = awsClients(inputs),
): Promise<void> {
  for (const command of inputs.commands) {
    const started = await start(inputs, command, clients);
    const ended = await untilStopped(inputs, { task: started, command }, clients);
    const exitCode = ended.containers?.find(({ name }) => name === inputs.container)?.exitCode;
    if (exitCode !== 0) throw await failure(inputs, { task: ended, command, exitCode }, clients);
  }
}

/** AWS itself: a look every five seconds, for 20 minutes at most. */
function awsClients({ region }: DeployTaskInputs): DeployTaskClients {
  return {
    ecs: new ECSClient({ region }),
    logs: new CloudWatchLogsClient({ region }),
    pause: () => new Promise((resolve) => setTimeout(resolve, 5_000)),
    looks: 240,
  };
}

async function start(inputs: DeployTaskInputs, command: string[], { ecs }: DeployTaskClients): Promise<string> {
  const { subnets, securityGroups } = inputs;
  const { tasks = [], failures = [] } = await ecs.send(
    new RunTaskCommand({
      cluster: inputs.cluster,
      taskDefinition: inputs.definition,
      launchType: 'FARGATE',
      startedBy: 'nightshift-deploy',
      networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups, assignPublicIp: 'DISABLED' } },
      overrides: { containerOverrides: [{ name: inputs.container, command }] },
    }),
  );
  const arn = tasks[0]?.taskArn;
  if (arn !== undefined) return arn;
  throw new Error(
    `ECS did not start ${named(command)}: ${failures[0]?.reason ?? 'no reason given'}; run "pulumi up" again`,
  );
}

async function untilStopped(
  { cluster }: DeployTaskInputs,
  { task, command }: { task: string; command: string[] },
  { ecs, pause, looks }: DeployTaskClients,
): Promise<Task> {
  for (let look = 0; look < looks; look += 1) {
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [task] }));
    if (tasks[0]?.lastStatus === 'STOPPED') return tasks[0];
    await pause();
  }
  throw new Error(`${named(command)} has not ended; look at the ECS task ${task}, then run "pulumi up" again`);
}

async function failure(
  inputs: DeployTaskInputs,
  of: { task: Task; command: string[]; exitCode: number | undefined },
  { logs }: DeployTaskClients,
): Promise<Error> {
  const { task, command, exitCode } = of;
  const stream = `worker/${inputs.container}/${task.taskArn?.split('/').at(-1)}`;
  const why = exitCode === undefined ? (task.stoppedReason ?? 'it was not started') : `exit code ${exitCode}`;
  const lines = await logs
    .send(
      new GetLogEventsCommand({
        logGroupName: inputs.logGroup,
        logStreamName: stream,
        startFromHead: false,
        limit: 20,
      }),
    )
    .then(
      ({ events = [] }) => events.map(({ message = '' }) => `  ${message.trimEnd()}`),
      // A container that did not start has no log: then the reason is all there is.
      (error: Error) => [`  (its log cannot be read: ${error.message})`],
    );
  return new Error(
    [`${named(command)} failed: ${why}. The end of its log, ${inputs.logGroup} ${stream}:`, ...lines].join('\n'),
  );
}

function named(command: string[]): string {
  return `"nightshift ${command.join(' ')}"`;
}
