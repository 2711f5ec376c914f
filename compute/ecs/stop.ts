import { StopTaskCommand } from '@aws-sdk/client-ecs';
import { call } from '../aws/call.ts';
import type { EcsClients } from './clients.ts';
import { clusterOf } from './tasks.ts';

/** Asks ECS to stop a task: SIGTERM, then SIGKILL after its stop time-out. One that has ended stays as it is. */
export async function stop({ ecs, callMs }: EcsClients, task: string, reason: string): Promise<void> {
  await call({ operation: 'StopTask', of: { task }, within: callMs }, (options) =>
    ecs.send(new StopTaskCommand({ cluster: clusterOf(task), task, reason: reason.slice(0, 255) }), options),
  );
}
