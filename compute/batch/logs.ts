import { asLines, readStreams, readWhole } from '../logs/read-streams.ts';
import type { LogLine, LogOptions } from '../port.ts';
import type { BatchClients } from './clients.ts';
import { describeJobs, type Job } from './describe-jobs.ts';
import { logStreamOf } from './job-facts.ts';

/** The first lines of a job, or of the children of an array, merged by time. */
export async function logs(clients: BatchClients, jobId: string, options: LogOptions = {}): Promise<LogLine[]> {
  const limit = options.limit ?? 10_000;
  if (limit < 1) return [];
  const jobs = await jobsWithLogs(clients, jobId, options.shardIndex);
  const since = Math.min(...jobs.map((job) => job.createdAt ?? 0));
  const streams = jobs.flatMap((job) => logStreamOf(job) ?? []);
  return asLines(await readStreams(clients, streams, { since, limit }));
}

/** All that each of these children printed (of a single job: index 0), by index. */
export async function printed(clients: BatchClients, jobId: string, indexes: number[]): Promise<Map<number, string>> {
  const isArray = (await describeJobs(clients, [jobId])).get(jobId)?.arrayProperties?.size !== undefined;
  const idOf = (index: number) => (isArray ? `${jobId}:${index}` : jobId);
  const jobs = await describeJobs(clients, indexes.map(idOf));
  const streamOf = (index: number) => {
    const job = jobs.get(idOf(index));
    return job === undefined ? null : logStreamOf(job);
  };
  const since = Math.min(...[...jobs.values()].map((job) => job.createdAt ?? 0));
  const texts = await readWhole(
    clients,
    indexes.flatMap((index) => streamOf(index) ?? []),
    since,
  );
  return new Map(
    indexes.flatMap((index) => {
      const text = texts.get(streamOf(index)?.stream ?? '');
      return text === undefined ? [] : [[index, text] as const];
    }),
  );
}

async function jobsWithLogs(clients: BatchClients, jobId: string, index: number | undefined): Promise<Job[]> {
  const job = (await describeJobs(clients, [jobId])).get(jobId);
  const size = job?.arrayProperties?.size;
  if (job === undefined || size === undefined) return job === undefined || (index ?? 0) !== 0 ? [] : [job];
  const indexes = index === undefined ? Array.from({ length: size }, (_, each) => each) : [index];
  const children = await describeJobs(
    clients,
    indexes.map((each) => `${jobId}:${each}`),
  );
  return [...children.values()];
}
