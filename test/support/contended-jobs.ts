import type { Job, LockUse } from '../../model/job.ts';
import { lockedJob } from './locked-job.ts';

/** The locks that the contenders want. */
export const contendedLocks = ['alpha', 'beta'] as const;

/** What a contender is told. */
export interface Contention {
  databaseUrl: string;
  external: 'redis' | 'dynamodb' | null;
  /** Of the external store. */
  url: string | null;
}

/** For each lock a job that holds it from start to end, and one that asks for it by `withLock`. */
export function contendedJobs(external: Contention['external']): Job[] {
  return contendedLocks.flatMap((name) => [
    lockedJob(`LISTED-${name}`, [lockOf(name, external)]),
    lockedJob(`PARTED-${name}`, []),
  ]);
}

/** A contended lock as its jobs name it. */
export function lockOf(name: string, external: Contention['external']): LockUse {
  return { name, slots: 1, ...(external === null ? {} : { external }) };
}
