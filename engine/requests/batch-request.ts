import { checkOverrideLength, overrideLength, overrideLimit } from '../../compute/container-overrides.ts';
import type { BatchRequest } from '../../compute/port.ts';
import { childRetries } from '../../model/child-retries.ts';
import { isFargateSize } from '../../model/size.ts';
import type { BatchSettings } from '../../model/task-settings.ts';
import type { RunRow } from '../../store/runs.ts';
import { Refused, type WorkerEngine } from '../engine.ts';
import {
  deployed,
  everyRequest,
  type RequestFacts,
  spotLossesAtMost,
  taskKey,
  timeLeftMs,
  withUpload,
} from './request-facts.ts';

/**
 * The complete SubmitJob request of an attempt. Two or more shards are an array, one is a single job, which keeps its
 * logical index by the shard map.
 * @throws Refused when the task or its job definition is not known here; StartRefused when the input is too large.
 */
export function batchRequest(engine: WorkerEngine, facts: RequestFacts, settings: BatchSettings): BatchRequest {
  const definition = deployed(engine.resources().batch.definitions, facts);
  const { shards, task } = facts;
  const plain: BatchRequest = {
    kind: 'batch',
    ...everyRequest(engine, facts, settings),
    queue: queueOf(engine, facts, settings),
    definition: definition.arn,
    logGroup: definition.logGroup,
    size: shards.length > 1 ? shards.length : null,
    nodes: settings.nodes,
    command: settings.command,
    parameters: { ...settings.parameters, ...task.parameters },
    vcpu: settings.vcpu,
    memoryMib: memoryOf(facts, settings),
    timeoutSeconds: timeoutSeconds(facts.run, settings),
    childRetries: childRetries(shards.length, settings),
    share: settings.share,
  };
  const request = withUpload(engine, facts, {
    request: plain,
    sensitive: settings.sensitive,
    isTooLong: (one) => overrideLength(one) > overrideLimit,
  });
  checkOverrideLength(request);
  return request;
}

function queueOf(engine: WorkerEngine, facts: RequestFacts, settings: BatchSettings): string {
  const { queues } = engine.resources().batch;
  if (settings.queue !== null) {
    const queue = queues[settings.queue];
    if (queue === undefined)
      throw new Refused(`${taskKey(facts)} names the queue "${settings.queue}", which is not deployed`);
    return queue;
  }
  return settings.spot && facts.losses.spot < spotLossesAtMost ? queues.spot : queues.onDemand;
}

/** Twice the memory once a shard was ended for lack of it, where the task allows that and Fargate has the size. */
function memoryOf({ losses }: RequestFacts, settings: BatchSettings): number {
  const doubled = settings.memoryMib * 2;
  const wanted = settings.doubleMemory && losses.memory > 0;
  return wanted && isFargateSize(settings.vcpu, doubled) ? doubled : settings.memoryMib;
}

/** AWS's own limit; never below what AWS takes. */
function timeoutSeconds(run: RunRow, settings: BatchSettings): number {
  return Math.max(60, Math.ceil(timeLeftMs(run, settings) / 1_000));
}
