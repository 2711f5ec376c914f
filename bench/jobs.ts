import { batchTask, defineJob } from 'nightshift';
import { type JobRegistry, jobRegistry } from '../config/job-registry.ts';
import { ranking } from '../jobs/ranking.ts';
import type { Job } from '../model/job.ts';

const small = { app: 'bench', vcpu: 0.25, memory: '512 MB' } as const;
const noop = batchTask({ ...small, command: ['true'] });
/** The input is how many seconds it sleeps. */
const nap = batchTask<number>({ ...small, command: ['sh', '-c', 'exec sleep "$JOB_INPUT"'] });

const size = {
  type: 'object',
  properties: { size: { type: 'integer', minimum: 1 } },
  required: ['size'],
} as const;

/** `size` steps, one after the other. */
export const chain = defineJob({
  id: 'BENCH-CHAIN',
  name: 'A chain of steps that do nothing',
  input: size,
  tasks: { noop },
  async run({ tasks, input }) {
    for (let step = 0; step < input.size; step += 1) await tasks.noop();
  },
});

/** One array of `size` shards, and its join. */
export const array = defineJob({
  id: 'BENCH-ARRAY',
  name: 'An array of shards that do nothing',
  input: size,
  tasks: { noop },
  async run({ tasks, input }) {
    await tasks.noop.array(input.size, undefined);
  },
});

/** `size` single jobs side by side, which sleep from `shortest` seconds on, each `apart` seconds longer. */
export const naps = defineJob({
  id: 'BENCH-NAPS',
  name: 'Jobs side by side that end one after the other',
  input: {
    type: 'object',
    properties: { size: { type: 'integer' }, shortest: { type: 'number' }, apart: { type: 'number' } },
    required: ['size', 'shortest', 'apart'],
  } as const,
  tasks: { nap },
  async run({ tasks, input: { size, shortest, apart } }) {
    await Promise.all(Array.from({ length: size }, (_, index) => tasks.nap(shortest + index * apart)));
  },
});

/** The main job without its prerequisite: it is measured alone. */
export const rankingAlone = { ...ranking, after: [] };

/** The jobs that are measured. */
export function benchJobs(): JobRegistry {
  const jobs = Object.entries({ chain, array, naps, rankingAlone });
  return jobRegistry(jobs.map(([exportName, job]) => ({ job: job as Job, file: 'bench/jobs.ts', exportName })));
}
