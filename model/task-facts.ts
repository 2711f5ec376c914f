import type { RunInput } from './settings.ts';
import type { TaskSettings } from './task-settings.ts';

/** What workflow code decides by: the retry policy of every task, and the limits of those that the worker calls. */
export function taskFacts(
  settings: Record<string, TaskSettings>,
  heartbeatMs: number,
): Pick<RunInput, 'retry' | 'calls'> {
  const tasks = Object.entries(settings);
  const calls = tasks.flatMap(([name, task]) => {
    if (task.kind !== 'lambda' && task.kind !== 'function') return [];
    return [[name, { timeoutMs: task.timeoutMs, heartbeatMs }] as const];
  });
  return {
    retry: Object.fromEntries(tasks.map(([name, task]) => [name, task.retry])),
    calls: Object.fromEntries(calls),
  };
}
