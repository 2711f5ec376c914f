/** For the tests of job files: `import { fails, testJob } from 'nightshift/testing'`. */

export {
  type FailureFacts,
  type Fake,
  type FakeCall,
  type Fakes,
  fails,
  type OtherEnd,
  PlayedFailure,
  type WorkFailure,
} from './fakes.ts';
export { type ReplayOptions, recordCommands, replayHistories } from './replay-histories.ts';
export type { Logged } from './sandbox.ts';
export { type TestOptions, type TestSettings, testJob } from './test-job.ts';
export type { TestedCall, TestedLock, TestedOther, TestedRun } from './tested-run.ts';
