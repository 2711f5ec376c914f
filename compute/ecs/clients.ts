import type { ECSClient, TaskDefinition } from '@aws-sdk/client-ecs';
import type { LogClients } from '../logs/clients.ts';

/** ECS, the logs of its tasks, and the definitions that were looked up: a revision never changes. */
export interface EcsClients extends LogClients {
  ecs: ECSClient;
  definitions: Map<string, Promise<TaskDefinition>>;
}
