import type { EventDelivery } from '../events/event-delivery.ts';
import { describeState } from './describe-tasks.ts';
import type { Task } from './task.ts';
import { inText, taskTimes } from './task-times.ts';

/** Where task state changes go. */
export interface TaskEventRule {
  delivery: Pick<EventDelivery, 'tell'>;
  /** Values of `lastStatus` that the rule's pattern lets through. */
  statuses: string[];
}

/** Makes the function that tells of a task's present state, if the rule's pattern lets it through. */
export function createTaskEvents({ delivery, statuses }: TaskEventRule): (task: Task) => void {
  const wanted = new Set(statuses);
  return (task) => {
    if (!wanted.has(task.lastStatus)) return;
    delivery.tell({
      source: 'aws.ecs',
      detailType: 'ECS Task State Change',
      resources: [task.arn],
      detail: { ...describeState(task), ...inText([...taskTimes(task), ['updatedAt', Date.now()]]) },
    });
  };
}
