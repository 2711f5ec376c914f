import { atMost } from '../aws/at-most.ts';
import type { Observation } from '../port.ts';
import type { EcsClients } from './clients.ts';
import { logStreamOf } from './log-stream.ts';
import { observe } from './task-facts.ts';
import { describeTasks } from './tasks.ts';

/** Definitions looked up at a time. */
const lookupsAtOnce = 4;

/** What ECS says of these tasks, with one request for all of a cluster. */
export async function describe(clients: EcsClients, arns: readonly string[]): Promise<Map<string, Observation>> {
  const tasks = await describeTasks(clients, arns);
  const observed = await atMost(lookupsAtOnce, [...tasks.values()], async (task) => {
    const log = task.lastStatus === 'STOPPED' ? await logStreamOf(clients, task) : null;
    return [task.taskArn, observe(task, log)] as const;
  });
  return new Map(observed);
}
