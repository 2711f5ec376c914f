import type { EventDelivery } from '../events/event-delivery.ts';
import { describeJob } from './describe-jobs.ts';
import type { Job } from './job.ts';

/** Where job state changes go. */
export interface JobEventRule {
  delivery: Pick<EventDelivery, 'tell'>;
  /** States that the rule's pattern lets through. */
  statuses: string[];
}

/** Makes the function that tells of a job's present state, if the rule's pattern lets it through. */
export function createJobEvents({ delivery, statuses }: JobEventRule): (job: Job) => void {
  const wanted = new Set(statuses);
  return (job) => {
    if (!wanted.has(job.status)) return;
    delivery.tell({
      source: 'aws.batch',
      detailType: 'Batch Job State Change',
      resources: [job.arn],
      detail: describeJob(job),
    });
  };
}
