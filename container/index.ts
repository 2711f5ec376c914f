/** What job code in a container needs of Nightshift. It needs nothing but Node. */
export { assertLock, type Context, context } from './environment.ts';
export { input } from './input.ts';
export { type LogLevel, log, logError } from './log.ts';
export { type FinishOptions, finish, progress } from './output.ts';
export { runStep, type StepState } from './run-step.ts';
export { nthShard, type Shard, shard } from './shard.ts';
export { type Cleanup, isTerminated, onTerminate } from './terminate.ts';
