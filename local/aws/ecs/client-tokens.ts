import { isDeepStrictEqual } from 'node:util';
import type { RunTaskRequest } from '@aws-sdk/client-ecs';
import type { Cluster } from './clusters.ts';
import { tokenConflict } from './refusals.ts';
import type { Task } from './task.ts';

/** The client tokens of RunTask: unique in their cluster, remembered for a day. */
export interface ClientTokens {
  /** The tasks that the same call made before. Throws ConflictException when it was another call. */
  find(cluster: Cluster, request: RunTaskRequest): Task[] | undefined;
  /** Keeps what a call with a token has made. */
  keep(cluster: Cluster, request: RunTaskRequest, tasks: Task[]): void;
}

const rememberedMs = 24 * 60 * 60 * 1_000;

/** Makes an empty set. */
export function createClientTokens(): ClientTokens {
  const kept = new Map<string, { request: RunTaskRequest; tasks: Task[]; at: number }>();
  const keyOf = (cluster: Cluster, token: string) => `${cluster.name}/${token}`;

  return {
    find(cluster, request) {
      const { clientToken } = request;
      const known = clientToken === undefined ? undefined : kept.get(keyOf(cluster, clientToken));
      if (!known || known.at + rememberedMs < Date.now()) return undefined;
      if (!isDeepStrictEqual(known.request, request)) throw tokenConflict(known.tasks.map((task) => task.arn));
      return known.tasks;
    },
    keep(cluster, request, tasks) {
      const { clientToken } = request;
      if (clientToken !== undefined) kept.set(keyOf(cluster, clientToken), { request, tasks, at: Date.now() });
    },
  };
}
