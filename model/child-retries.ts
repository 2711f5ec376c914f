import type { BatchSettings } from './task-settings.ts';

/** As many of its own tries as AWS Batch makes of a job, the first included. */
const batchAttempts = 10;

/** How often AWS Batch itself tries each child of an array again, and after which exit codes it does not. */
export interface ChildRetries {
  times: number;
  finalExitCodes: number[];
}

/**
 * The tries that AWS Batch makes itself: only of the children of a whole array whose program reads AWS's own index,
 * since nobody else can start one of them again. Null for everything else.
 */
export function childRetries(
  shards: number,
  { retry, retryShards }: Pick<BatchSettings, 'retry' | 'retryShards'>,
): ChildRetries | null {
  if (retryShards !== 'all' || shards < 2 || retry.times === 0) return null;
  const final = Object.entries(retry.onExitCode).filter(([, what]) => what === 'fail');
  return {
    times: Math.min(retry.times, batchAttempts - 1),
    finalExitCodes: final.map(([code]) => Number(code)),
  };
}
