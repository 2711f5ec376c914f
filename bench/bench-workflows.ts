/** Entry of the workflow bundle of the benchmarks. */

import type { Job } from '../model/job.ts';
import { makeDispatcher } from '../workflows/dispatcher.ts';
import { array, chain, naps, rankingAlone } from './jobs.ts';

export { bareChain } from './bare-chain.ts';

const jobs = [chain, array, naps, rankingAlone];

export default makeDispatcher(Object.fromEntries(jobs.map((job) => [job.id, () => job as Job])));
