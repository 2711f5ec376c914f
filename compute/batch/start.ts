import { SubmitJobCommand, type SubmitJobCommandInput } from '@aws-sdk/client-batch';
import { call, refuseIfProved } from '../aws/call.ts';
import { checkOverrideLength, containerOverrides } from '../container-overrides.ts';
import type { BatchRequest } from '../port.ts';
import type { BatchClients } from './clients.ts';

/**
 * Submits the job and returns its id. Batch has no idempotency token: the same request sent twice makes two jobs.
 * @throws StartRefused when nothing was made; any other error leaves that open.
 */
export async function start({ batch, callMs }: BatchClients, request: BatchRequest): Promise<string> {
  checkOverrideLength(request);
  const of = { queue: request.queue, name: request.name };
  const answer = await call({ operation: 'SubmitJob', of, within: callMs }, (options) =>
    batch.send(new SubmitJobCommand(submitJob(request)), options),
  ).catch(refuseIfProved);
  if (!answer.jobId) throw new Error(`AWS SubmitJob answered without a job id [queue=${of.queue}, name=${of.name}]`);
  return answer.jobId;
}

function submitJob(request: BatchRequest): SubmitJobCommandInput {
  return {
    jobName: request.name,
    jobQueue: request.queue,
    jobDefinition: request.definition,
    tags: request.tags,
    propagateTags: true,
    ...(request.size === null ? {} : { arrayProperties: { size: request.size } }),
    ...(request.nodes === null
      ? { containerOverrides: containerOverrides(request) }
      : { nodeOverrides: nodeOverrides(request, request.nodes) }),
    ...(Object.keys(request.parameters).length === 0 ? {} : { parameters: request.parameters }),
    ...(request.share === null ? {} : { shareIdentifier: request.share.identifier }),
    ...(request.share?.priority == null ? {} : { schedulingPriorityOverride: request.share.priority }),
    timeout: { attemptDurationSeconds: request.timeoutSeconds },
    retryStrategy: retryStrategy(request.childRetries),
  };
}

/** All nodes get the same; they tell themselves apart by AWS_BATCH_JOB_NODE_INDEX. */
function nodeOverrides(request: BatchRequest, numNodes: number): SubmitJobCommandInput['nodeOverrides'] {
  const targetNodes = `0:${numNodes - 1}`;
  return { numNodes, nodePropertyOverrides: [{ targetNodes, containerOverrides: containerOverrides(request) }] };
}

/**
 * Retries have one owner, the workflow; with two they would multiply. Only the children of an array whose program knows
 * nothing of us are tried again by Batch: nobody else can start one child under its own index.
 */
function retryStrategy(retries: BatchRequest['childRetries']): SubmitJobCommandInput['retryStrategy'] {
  if (retries === null) return { attempts: 1 };
  const final = retries.finalExitCodes.map((code) => ({ onExitCode: String(code), action: 'EXIT' as const }));
  return { attempts: retries.times + 1, ...(final.length === 0 ? {} : { evaluateOnExit: final }) };
}
