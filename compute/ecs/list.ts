import { type Listed, tagNames } from '../port.ts';
import type { EcsClients } from './clients.ts';
import { describeTasks, listTasks, tagsOf } from './tasks.ts';

/** Tasks of these clusters that are to run and whose name begins with the prefix. */
export async function list(clients: EcsClients, clusters: string[], prefix: string): Promise<Listed[]> {
  const found: Listed[] = [];
  for (const cluster of clusters) {
    const arns = await listTasks(clients, { cluster, desiredStatus: 'RUNNING' });
    for (const task of (await describeTasks(clients, arns)).values()) {
      // A listing of ECS carries no names: the tag has ours.
      const name = tagsOf(task)[tagNames.name] ?? '';
      if (!name.startsWith(prefix) || task.lastStatus === 'STOPPED') continue;
      found.push({ externalId: task.taskArn, name, createdAt: task.createdAt ?? new Date(0) });
    }
  }
  return found;
}

/** The tags of the tasks that have not ended, by ARN. */
export async function liveTags(clients: EcsClients, arns: string[]): Promise<Map<string, Record<string, string>>> {
  const tasks = await describeTasks(clients, arns);
  return new Map(
    [...tasks.values()].filter((task) => task.lastStatus !== 'STOPPED').map((task) => [task.taskArn, tagsOf(task)]),
  );
}
