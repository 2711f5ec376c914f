import { randomUUID } from 'node:crypto';
import type { SubmitJobRequest } from '@aws-sdk/client-batch';
import { type Account, arnOf } from '../account.ts';
import { clientException } from '../aws-error.ts';
import type { Call } from '../service.ts';
import { addChildren, beginArray } from './array.ts';
import type { JobDefinitions } from './definitions.ts';
import { type Dependencies, namedDependencies } from './dependencies.ts';
import { hasEnded, newJob } from './job.ts';
import type { JobStore } from './job-store.ts';
import { planJob } from './plan.ts';
import type { JobQueues } from './queues.ts';
import { checkEnvironment, checkName, checkRetryStrategy, checkTags, checkTimeout, limits } from './rules.ts';
import type { Scheduler } from './scheduler.ts';
import { checkShare } from './share-rules.ts';

/** What submitting works on. */
export interface Submitting {
  account: Account;
  queues: JobQueues;
  definitions: JobDefinitions;
  jobs: JobStore;
  scheduler: Scheduler;
  dependencies: Dependencies;
}

/** Accepts a job, or throws ClientException; it becomes RUNNABLE just after the answer. */
export function submitJob(to: Submitting, request: SubmitJobRequest, call: Pick<Call, 'bodyBytes'>): object {
  checkSubmission(request, call);
  const queue = to.queues.get(request.jobQueue);
  checkShare(request, queue);
  const definition = to.definitions.get(request.jobDefinition);
  const named = namedDependencies(request, to.jobs);
  const id = randomUUID();
  const job = newJob({
    id,
    arn: arnOf(to.account, 'batch', `job/${id}`),
    name: request.jobName ?? '',
    plan: planJob(request, definition, queue),
  });
  const size = request.arrayProperties?.size;
  to.jobs.add(job);
  for (const child of size === undefined ? [] : addChildren(job, size)) to.jobs.add(child);
  setImmediate(() => {
    if (hasEnded(job)) return;
    to.dependencies.hold(job, named.whole, () => {
      if (job.array) beginArray(job, to, named);
      else to.scheduler.enqueue(job);
    });
  });
  return { jobArn: job.arn, jobName: job.name, jobId: id };
}

function checkSubmission(request: SubmitJobRequest, call: Pick<Call, 'bodyBytes'>): void {
  checkName('jobName', request.jobName);
  if (call.bodyBytes > limits.submitBytes) {
    throw clientException(`SubmitJob payload must be at most ${limits.submitBytes} bytes, got ${call.bodyBytes}.`);
  }
  checkArraySize(request.arrayProperties?.size);
  checkUnplayed(request);
  checkEnvironment(request.containerOverrides?.environment);
  checkTimeout(request.timeout);
  checkRetryStrategy(request.retryStrategy);
  checkTags(request.tags);
}

function checkArraySize(size: number | undefined): void {
  if (size !== undefined && (size < limits.arraySize.min || size > limits.arraySize.max)) {
    throw clientException(
      `Array size must be between ${limits.arraySize.min} and ${limits.arraySize.max}, got ${size}.`,
    );
  }
}

/** Refused in words, so that nobody takes silence for success. */
function checkUnplayed(request: SubmitJobRequest): void {
  const unplayed = (['nodeOverrides', 'eksPropertiesOverride', 'ecsPropertiesOverride'] as const).find(
    (name) => request[name] !== undefined && !(Array.isArray(request[name]) && request[name].length === 0),
  );
  if (unplayed) throw clientException(`The local AWS does not play ${unplayed} of SubmitJob.`);
}
