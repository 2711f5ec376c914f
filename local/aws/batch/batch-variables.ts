import type { Job } from './job.ts';
import { computeEnvironmentOf } from './queues.ts';

/** The variables that Batch adds to the containers of an attempt. */
export function batchVariables(job: Job, attempt: number): Record<string, string> {
  const { queueName } = job.plan;
  const child =
    job.index === undefined
      ? {}
      : {
          AWS_BATCH_JOB_ARRAY_INDEX: String(job.index),
          AWS_BATCH_JOB_ARRAY_SIZE: String(job.parent?.array?.size ?? ''),
        };
  return {
    AWS_BATCH_JOB_ID: job.id,
    AWS_BATCH_JOB_ATTEMPT: String(attempt),
    AWS_BATCH_JQ_NAME: queueName,
    AWS_BATCH_CE_NAME: computeEnvironmentOf(queueName),
    ...child,
  };
}
