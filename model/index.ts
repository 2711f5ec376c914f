/** The public API of job files: `import { batchTask, defineJob } from 'nightshift'`. */

export type { After, AfterDay } from './after.ts';
export { type BatchTask, type BatchTaskOptions, batchTask } from './batch-task.ts';
export { type CodeBuildTask, type CodeBuildTaskOptions, codeBuildTask } from './code-build-task.ts';
export { type Config, defineConfig, type LocalConfig, type StageConfig } from './config.ts';
export type { Duration } from './duration.ts';
export { type EcsTask, type EcsTaskOptions, ecsTask } from './ecs-task.ts';
export type { DetailPattern, EventMatcher, EventPattern } from './event-pattern.ts';
export type { BranchError, FailureClass, RunError, ShardFailure } from './failures.ts';
export {
  type FunctionContext,
  type FunctionTask,
  type FunctionTaskOptions,
  functionTask,
  type TaskFunction,
} from './function-task.ts';
export {
  type AlertRule,
  defineJob,
  type FailureContext,
  type InputOf,
  type Job,
  type JobOptions,
  type LockUse,
  type RunContext,
  type SuccessContext,
} from './job.ts';
export { type LambdaTask, type LambdaTaskOptions, lambdaTask } from './lambda-task.ts';
export type { Branches, BranchResults, Parallel, ParallelOptions } from './parallel.ts';
export type { RunJob, RunJobOptions } from './run-job.ts';
export type {
  AtExpression,
  BusinessDateRule,
  CronExpression,
  DstPolicy,
  Holidays,
  RateExpression,
  Schedule,
  ScheduleExpression,
} from './schedule.ts';
export type { Ec2Size, FargateSize } from './size.ts';
export type { StepDetail } from './step-detail.ts';
export type {
  AwsTaskOptions,
  BatchCallOptions,
  BatchTaskCall,
  CallOptions,
  OutputForm,
  RetryOptions,
  Task,
  TaskCall,
  TaskCalls,
  TaskKind,
} from './task.ts';
export {
  type BucketAccess,
  type BucketUse,
  bucket,
  type QueueUse,
  queue,
  type SecretUse,
  secret,
  type TopicUse,
  topic,
  type Use,
  type UseOptions,
} from './uses.ts';
export type { WithLock } from './with-lock.ts';
