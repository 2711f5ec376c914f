/** The public API of job files: `import { batchTask, defineJob } from 'nightshift'`. */
export { type Config, defineConfig, type LocalConfig } from './config.ts';
export type { Duration } from './duration.ts';
export type { BranchError, FailureClass, RunError, ShardFailure } from './failures.ts';
export {
  type AlertRule,
  defineJob,
  type FailureContext,
  type InputOf,
  type Job,
  type JobOptions,
  type LockUse,
  type RunContext,
  type Schedule,
  type SuccessContext,
} from './job.ts';
export type { Branches, BranchResults, Parallel, ParallelOptions } from './parallel.ts';
export type { RunJob, RunJobOptions } from './run-job.ts';
export type { FargateSize } from './size.ts';
export {
  type BatchTask,
  type BatchTaskOptions,
  batchTask,
  type CallOptions,
  type RetryOptions,
  type Task,
  type TaskCall,
  type TaskCalls,
} from './task.ts';
