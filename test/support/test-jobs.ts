import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type JobRegistry, jobRegistry, type RegisteredJob } from '../../config/job-registry.ts';
import type { Job } from '../../model/job.ts';
import * as calls from './jobs/calls.ts';
import * as chain from './jobs/chain.ts';
import * as changing from './jobs/changing.ts';
import * as doors from './jobs/doors.ts';
import * as flow from './jobs/flow.ts';
import * as kinds from './jobs/kinds.ts';
import * as locked from './jobs/locked.ts';
import * as morning from './jobs/morning.ts';
import * as parts from './jobs/parts.ts';
import * as shards from './jobs/shards.ts';
import * as work from './jobs/work.ts';

/** The registry of the tests' own jobs. */
export function testJobs(): JobRegistry {
  const files = { calls, chain, changing, doors, flow, kinds, locked, morning, parts, shards, work };
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

/** The tests' jobs, with those of the module (a path in the checkout) in place of the ones of the same id. */
export async function testJobsWith(module: string): Promise<JobRegistry> {
  const exported = (await import(pathToFileURL(resolve(module)).href)) as Record<string, Job>;
  const others = Object.entries(exported).map(
    ([exportName, job]): RegisteredJob => ({ job, file: module, exportName }),
  );
  const kept = [...testJobs().jobs.values()].filter(({ job }) => !others.some((other) => other.job.id === job.id));
  return jobRegistry([...kept, ...others]);
}
