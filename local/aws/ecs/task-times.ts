import type { Task } from './task.ts';

/** The times of a task, in milliseconds since 1970; those that have not come are left out. */
export function taskTimes(task: Task): [name: string, ms: number][] {
  const { createdAt, startedAt, stoppedAt, stoppingAt, pullStartedAt, pullStoppedAt, executionStoppedAt } = task;
  const times = {
    ...{ createdAt, connectivityAt: pullStartedAt, pullStartedAt, pullStoppedAt },
    ...{ startedAt, stoppingAt, executionStoppedAt, stoppedAt },
  };
  return Object.entries(times).flatMap(([name, ms]) => (ms === undefined ? [] : [[name, ms]]));
}

/** How answers carry times: in seconds since 1970. */
export function inSeconds(times: [name: string, ms: number][]): Record<string, number> {
  return Object.fromEntries(times.map(([name, ms]) => [name, ms / 1_000]));
}

/** How events carry times: as ISO 8601. */
export function inText(times: [name: string, ms: number][]): Record<string, string> {
  return Object.fromEntries(times.map(([name, ms]) => [name, new Date(ms).toISOString()]));
}
