import type { JobStatus } from '@aws-sdk/client-batch';
import { type ArrayState, hasEnded, type Job, newJob } from './job.ts';
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

/** The array of a parent that was just submitted. */
export function createArrayState(size: number): ArrayState {
  return { size, children: [], counts: { ...noCounts }, countedAt: Date.now() };
}

/** Makes the children and lets them wait for a place; the parent is PENDING until the last one has ended. */
export function beginArray(parent: Job, jobs: JobStore, scheduler: Scheduler): void {
  const { array } = parent;
  if (!array) return;
  for (let index = 0; index < array.size; index += 1) {
    const identity = {
      id: `${parent.id}:${index}`,
      arn: `${parent.arn}:${index}`,
      name: parent.name,
      plan: parent.plan,
    };
    const child = newJob(identity, { parent, index });
    array.children.push(child);
    jobs.add(child);
  }
  array.counts.SUBMITTED = array.size;
  jobs.move(parent, 'PENDING');
  for (const child of array.children) scheduler.enqueue(child);
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
