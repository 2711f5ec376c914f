import type { Job, LockUse } from '../../model/job.ts';

/** A job that holds locks and does nothing. */
export function lockedJob(id: string, locks: LockUse[], more: Partial<Job> = {}): Job {
  return { id, name: id, locks, tasks: {}, run: async () => null, ...more };
}
