import { type EcsRequest, tagNames } from '../port.ts';
import type { EcsClients } from './clients.ts';
import { tokenOf } from './start.ts';
import { describeTasks, listTasks, tagsOf } from './tasks.ts';

/** ARNs of the tasks that this request has started, in any state, oldest first. Listing lags: empty is no proof. */
export async function find(clients: EcsClients, request: EcsRequest): Promise<string[]> {
  const query = { cluster: request.cluster, startedBy: tokenOf(request) };
  const listed = [
    ...(await listTasks(clients, { ...query, desiredStatus: 'RUNNING' })),
    ...(await listTasks(clients, { ...query, desiredStatus: 'STOPPED' })),
  ];
  const tasks = await describeTasks(clients, [...new Set(listed)]);
  return [...tasks.values()]
    .filter((task) => tagsOf(task)[tagNames.attempt] === request.tags[tagNames.attempt])
    .sort((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0))
    .map((task) => task.taskArn);
}
