import { type JobRegistry, jobRegistry } from '../../config/job-registry.ts';
import type { Job } from '../../model/job.ts';
import * as chain from './jobs/chain.ts';
import * as locked from './jobs/locked.ts';
import * as parts from './jobs/parts.ts';
import * as work from './jobs/work.ts';

/** The registry of the tests' own jobs. */
export function testJobs(): JobRegistry {
  const files = { chain, locked, parts, work };
  return jobRegistry(
    Object.entries(files).flatMap(([name, jobs]) =>
      Object.entries(jobs).map(([exportName, job]) => ({
        job: job as Job,
        file: `test/support/jobs/${name}.ts`,
        exportName,
      })),
    ),
  );
}
