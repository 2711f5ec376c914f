import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import type { Job } from '../model/job.ts';
import type { RunStatus } from '../model/run-states.ts';
import type { RunInput } from '../model/settings.ts';
import { leaveToNewerCode } from './changed-code.ts';
import { runJob } from './run-job.ts';

/**
 * One workflow function for every job: the workflow type is the job's id. Jobs are loaded when a run of theirs starts,
 * since all that is loaded runs again for each workflow.
 */
export function makeDispatcher(jobs: Record<string, () => Job>): (run: RunInput) => Promise<RunStatus | 'closed'> {
  return async (run) => {
    leaveToNewerCode(run);
    const load = jobs[workflowInfo().workflowType];
    // Not retried: a worker that throws anything else would try the same again for ever.
    if (load === undefined) {
      const message = `This worker has no job "${workflowInfo().workflowType}"; it has ${Object.keys(jobs).join(', ')}`;
      throw ApplicationFailure.nonRetryable(message, 'startFailed');
    }
    return runJob(load(), run);
  };
}
