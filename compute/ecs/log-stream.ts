import { DescribeTaskDefinitionCommand, type Task, type TaskDefinition } from '@aws-sdk/client-ecs';
import { call } from '../aws/call.ts';
import type { LogStream } from '../port.ts';
import type { EcsClients } from './clients.ts';

/** Where a task's lines are: `<prefix>/<container>/<task id>` in the group of its definition; null without such logs. */
export async function logStreamOf(clients: EcsClients, task: Task): Promise<LogStream | null> {
  const [container] = (await definitionOf(clients, task.taskDefinitionArn ?? '')).containerDefinitions ?? [];
  const options = container?.logConfiguration?.options ?? {};
  const group = options['awslogs-group'];
  const prefix = options['awslogs-stream-prefix'];
  if (container?.name === undefined || group === undefined || prefix === undefined) return null;
  return { group, stream: `${prefix}/${container.name}/${task.taskArn?.split('/').at(-1) ?? ''}` };
}

function definitionOf(clients: EcsClients, arn: string): Promise<TaskDefinition> {
  const known = clients.definitions.get(arn);
  if (known !== undefined) return known;
  const asked = describeDefinition(clients, arn);
  clients.definitions.set(arn, asked);
  asked.catch(() => clients.definitions.delete(arn));
  return asked;
}

async function describeDefinition({ ecs, callMs }: EcsClients, taskDefinition: string): Promise<TaskDefinition> {
  const answer = await call(
    { operation: 'DescribeTaskDefinition', of: { definition: taskDefinition }, within: callMs },
    (options) => ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }), options),
  );
  return answer.taskDefinition ?? {};
}
