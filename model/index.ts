/** The public API of job files: `import { batchTask, defineJob } from 'nightshift'`. */
export { type Config, defineConfig, type LocalConfig } from './config.ts';
export type { Duration } from './duration.ts';
export type { FailureClass, RunError, ShardFailure } from './failures.ts';
export {
  type AlertRule,
  defineJob,
  type InputOf,
  type Job,
  type JobOptions,
  type LockUse,
  type RunContext,
  type Schedule,
} from './job.ts';
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
export type { WithLock } from './with-lock.ts';
