import { DescribeTasksCommand, type DesiredStatus, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import { atMost } from '../aws/at-most.ts';
import { call } from '../aws/call.ts';
import type { EcsClients } from './clients.ts';

/** A task as ECS describes it, with what we rely on. */
export type EcsTask = Task & { taskArn: string };

/** The most ARNs that one DescribeTasks takes. */
const describeLimit = 100;

/** Requests at a time for one long list. */
const requestsAtOnce = 4;

/**
 * The tasks that ECS knows of these, by ARN, with their tags. One request for each 100 of a cluster; what is MISSING (a
 * new task is for a while) is not in the answer.
 */
export async function describeTasks(clients: EcsClients, arns: readonly string[]): Promise<Map<string, EcsTask>> {
  const requests = [...new Set(arns.map(clusterOf))].flatMap((cluster) => {
    const tasks = arns.filter((arn) => clusterOf(arn) === cluster);
    return Array.from({ length: Math.ceil(tasks.length / describeLimit) }, (_, page) => ({
      cluster,
      tasks: tasks.slice(page * describeLimit, (page + 1) * describeLimit),
    }));
  });
  const answers = await atMost(requestsAtOnce, requests, ({ cluster, tasks }) => describeSome(clients, cluster, tasks));
  return new Map(answers.flat().map((task) => [task.taskArn, task]));
}

async function describeSome({ ecs, callMs }: EcsClients, cluster: string, tasks: string[]): Promise<EcsTask[]> {
  const of = { cluster, first: tasks[0] ?? '', count: tasks.length };
  const answer = await call({ operation: 'DescribeTasks', of, within: callMs }, (options) =>
    ecs.send(new DescribeTasksCommand({ cluster, tasks, include: ['TAGS'] }), options),
  );
  return (answer.tasks ?? []).filter((task): task is EcsTask => task.taskArn !== undefined);
}

/** ARNs of the tasks of a cluster in one desired state, all pages. It lags. */
export async function listTasks(
  { ecs, callMs }: EcsClients,
  query: { cluster: string; desiredStatus: DesiredStatus; startedBy?: string },
): Promise<string[]> {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await call({ operation: 'ListTasks', of: { ...query }, within: callMs }, (options) =>
      ecs.send(new ListTasksCommand({ ...query, nextToken }), options),
    );
    found.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return found;
}

/** `arn:aws:ecs:ap-northeast-1:123456789012:task/cluster/0123abcd` names its cluster. */
export function clusterOf(taskArn: string): string {
  return taskArn.split('/').at(-2) ?? 'default';
}

/** The value of a task's tag. */
export function tagsOf(task: Task): Record<string, string> {
  return Object.fromEntries((task.tags ?? []).map(({ key, value }) => [key ?? '', value ?? '']));
}
