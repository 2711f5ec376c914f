import type { Task } from '@aws-sdk/client-ecs';
import type { Observation } from '../port.ts';
import { observe } from './task-facts.ts';

/**
 * How a task ended by the words of its "ECS Task State Change" event, whose detail is the task as it is described. ECS
 * forgets a task after an hour: then this is all there is. Null when the event is of another task, or of no end.
 */
export function observeEvent(event: unknown, externalId: string): Observation | null {
  const detail = (event as { detail?: unknown } | null)?.detail;
  if (typeof detail !== 'object' || detail === null) return null;
  const task = detail as Task;
  if (task.taskArn !== externalId || task.lastStatus !== 'STOPPED') return null;
  // In events times are text.
  return observe({ ...task, startedAt: dateOf(task.startedAt), stoppedAt: dateOf(task.stoppedAt) }, null);
}

function dateOf(time: unknown): Date | undefined {
  return typeof time === 'string' || time instanceof Date ? new Date(time) : undefined;
}
