import type { JobStatus } from '@aws-sdk/client-batch';
import { hasEnded, type Job, newJob } from './job.ts';
import type { JobStore } from './job-store.ts';
import type { Scheduler } from './scheduler.ts';

const noCounts: Record<JobStatus, number> = {
  SUBMITTED: 0,
  PENDING: 0,
  RUNNABLE: 0,
  STARTING: 0,
  RUNNING: 0,
  SUCCEEDED: 0,
  FAILED: 0,
};

/** Gives a parent that was just submitted its children. */
export function addChildren(parent: Job, size: number): Job[] {
  const children = Array.from({ length: size }, (_, index) =>
    newJob(
      { id: `${parent.id}:${index}`, arn: `${parent.arn}:${index}`, name: parent.name, plan: parent.plan },
      { parent, index },
    ),
  );
  parent.array = { size, children, counts: { ...noCounts, SUBMITTED: size }, countedAt: Date.now() };
  return children;
}

/** What beginning an array works with. */
export interface ArraySurroundings {
  jobs: JobStore;
  scheduler: Scheduler;
  dependencies: { hold(job: Job, on: Job[], go: () => void): void };
}

/** Which jobs children wait for. */
export interface ChildDependencies {
  /** Arrays of the same size, child by child. */
  paired: Job[];
  /** Whether each child waits for the one before it. */
  isSequential: boolean;
}

/** Lets the children wait for a place; the parent is PENDING until the last one has ended. */
export function beginArray(parent: Job, to: ArraySurroundings, on: ChildDependencies): void {
  const { array } = parent;
  if (!array) return;
  if (parent.status !== 'PENDING') to.jobs.move(parent, 'PENDING');
  for (const [index, child] of array.children.entries()) {
    const before = on.isSequential && index > 0 ? [array.children[index - 1]] : [];
    const others = [...before, ...on.paired.map((job) => job.array?.children[index])];
    to.dependencies.hold(
      child,
      others.flatMap((job) => job ?? []),
      () => to.scheduler.enqueue(child),
    );
  }
}

/** Ends the parent with its last child: failed if any child failed. */
export function settleParent(child: Job, jobs: JobStore): void {
  const { parent } = child;
  if (!parent?.array || hasEnded(parent)) return;
  const { counts, size } = parent.array;
  if (counts.SUCCEEDED + counts.FAILED < size) return;
  parent.stoppedAt = Date.now();
  if (counts.FAILED === 0) jobs.move(parent, 'SUCCEEDED');
  else jobs.move(parent, 'FAILED', parent.endRequest?.reason ?? 'Array Child Job failed');
}
