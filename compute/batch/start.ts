import { SubmitJobCommand, type SubmitJobCommandInput } from '@aws-sdk/client-batch';
import { checkOverrideLength, containerOverrides } from '../container-overrides.ts';
import { StartRefused, type StartRequest } from '../port.ts';
import { AwsCallFailed, type AwsClients, call } from './call.ts';

/**
 * Submits the job and returns its id. Batch has no idempotency token: the same request sent twice makes two jobs.
 * @throws StartRefused when nothing was made; any other error leaves that open.
 */
export async function start({ batch, callMs }: AwsClients, request: StartRequest): Promise<string> {
  checkOverrideLength(request);
  const of = { queue: request.queue, name: request.name };
  const answer = await call({ operation: 'SubmitJob', of, within: callMs }, (options) =>
    batch.send(new SubmitJobCommand(submitJob(request)), options),
  ).catch(refuseIfProved);
  if (!answer.jobId) throw new Error(`AWS SubmitJob answered without a job id [queue=${of.queue}, name=${of.name}]`);
  return answer.jobId;
}

function submitJob(request: StartRequest): SubmitJobCommandInput {
  return {
    jobName: request.name,
    jobQueue: request.queue,
    jobDefinition: request.definition,
    tags: request.tags,
    propagateTags: true,
    ...(request.size === null ? {} : { arrayProperties: { size: request.size } }),
    containerOverrides: containerOverrides(request),
    timeout: { attemptDurationSeconds: request.timeoutSeconds },
    // Retries have one owner, the workflow; with two they would multiply.
    retryStrategy: { attempts: 1 },
  };
}

function refuseIfProved(error: unknown): never {
  if (error instanceof AwsCallFailed && error.failureClass !== null) {
    throw new StartRefused(error.failureClass, error.message, error);
  }
  throw error;
}
