import { isDeepStrictEqual } from 'node:util';
import type { Resources } from '../config/resources.ts';
import { startLoop } from '../watcher/loop.ts';
import type { WorkerParts } from './start-worker.ts';

/** What is deployed, as far as a worker knows. */
export interface FollowedResources {
  current(): Resources;
  stop(): Promise<void>;
}

/**
 * Reads what is deployed again and again: an app's new image, or a job's new size, needs no new worker. While it cannot
 * be read, the worker goes on with what it knows. Region, queues for messages and metrics stay as they were at the start.
 */
export function followResources({ resources, readResources, timings, log }: WorkerParts): FollowedResources {
  let current = resources;
  if (readResources === undefined) return { current: () => current, stop: async () => undefined };
  const loop = startLoop('read resources', log, async () => {
    const now = await readResources();
    if (!isDeepStrictEqual(now, current)) log.info('resources have changed');
    current = now;
    return timings.resourcesMs;
  });
  return { current: () => current, stop: () => loop.stop() };
}
