import type { Task } from '@aws-sdk/client-ecs';
import { classify } from '../failure-classes.ts';
import type { LogStream, Observation, PhysicalFailure } from '../port.ts';

/** What ECS says of a task. */
export function observe(task: Task, log: LogStream | null): Observation {
  const startedAt = task.startedAt ?? null;
  if (task.lastStatus !== 'STOPPED') return { status: 'live', startedAt, queued: task.lastStatus === 'PROVISIONING' };
  const failure = failureOf(task, log);
  return {
    status: 'ended',
    startedAt,
    endedAt: task.stoppedAt ?? new Date(),
    failures: failure === null ? [] : [failure],
  };
}

function failureOf(task: Task, log: LogStream | null): PhysicalFailure | null {
  // Containers may be missing, or without a code, when the task never came to run: never a success.
  const exitCode = task.containers?.[0]?.exitCode ?? null;
  const failed = classify({
    succeeded: exitCode === 0,
    statusReason: task.stoppedReason ?? '',
    containerReason: task.containers?.[0]?.reason ?? '',
    exitCode,
    stopped: task.stopCode === 'UserInitiated',
    stopCode: task.stopCode ?? '',
  });
  return failed === null ? null : { index: 0, ...failed, exitCode, log: task.startedAt === undefined ? null : log };
}
