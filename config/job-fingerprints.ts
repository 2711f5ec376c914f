import { createHash } from 'node:crypto';
import type { Job } from '../model/job.ts';

/**
 * A hash of all that each job declares, its functions left out, by the job's id: by them what has changed since an image
 * was pushed is found.
 */
export function jobFingerprints(jobs: readonly Job[]): Record<string, string> {
  return Object.fromEntries(jobs.map((job) => [job.id, hashOf(job)]));
}

function hashOf(job: Job): string {
  return createHash('sha256').update(JSON.stringify(job)).digest('hex').slice(0, 12);
}
