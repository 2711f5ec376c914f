import type { SubmitJobRequest } from '@aws-sdk/client-batch';
import { clientException } from '../aws-error.ts';
import type { JobQueue } from './queues.ts';

const priorities = { min: 0, max: 9_999 };

/** A queue with a scheduling policy needs a share identifier, any other refuses one. Throws ClientException. */
export function checkShare(request: SubmitJobRequest, queue: JobQueue): void {
  const { shareIdentifier } = request;
  if (queue.schedulingPolicyArn === undefined && shareIdentifier !== undefined) {
    throw clientException('The job queue has no scheduling policy: shareIdentifier must not be given.');
  }
  if (queue.schedulingPolicyArn !== undefined && shareIdentifier === undefined) {
    throw clientException('The job queue has a scheduling policy: shareIdentifier must be given.');
  }
  if (shareIdentifier !== undefined && !/^[A-Za-z0-9]{1,255}\*?$/.test(shareIdentifier)) {
    throw clientException(`shareIdentifier must have at most 255 letters and digits, got ${shareIdentifier}.`);
  }
  checkPriority('schedulingPriorityOverride', request.schedulingPriorityOverride);
}

/** 0 to 9999. Throws ClientException. */
export function checkPriority(what: string, priority: number | undefined): void {
  if (priority === undefined) return;
  if (!Number.isInteger(priority) || priority < priorities.min || priority > priorities.max) {
    throw clientException(`${what} must be between ${priorities.min} and ${priorities.max}, got ${priority}.`);
  }
}
