import type { JobRegistry } from '../../config/job-registry.ts';
import { prerequisiteId } from '../../model/after.ts';
import type { Job } from '../../model/job.ts';
import { runsBy } from '../run-keys.ts';

/** Ids of the prerequisites whose run is that of the same business date. Those that run by instant are waited for by the run itself. */
export function datedPrerequisites(jobs: Pick<JobRegistry, 'get'>, job: Pick<Job, 'after'>): string[] {
  return (job.after ?? []).map(prerequisiteId).filter((id) => runsBy(jobs.get(id)) === 'date');
}
