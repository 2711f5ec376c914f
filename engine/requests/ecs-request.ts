import { overrideLimit } from '../../compute/container-overrides.ts';
import { checkOverrides, taskOverrideLength } from '../../compute/ecs/overrides.ts';
import type { EcsRequest } from '../../compute/port.ts';
import type { EcsSettings } from '../../model/task-settings.ts';
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

/** Longer than any run: ECS takes no limit, and ours is a whole number. */
const longestSeconds = 14 * 24 * 3_600;

/**
 * The complete RunTask request of an attempt.
 * @throws Refused when the task or its definition is not known here; StartRefused when the input is too large.
 */
export function ecsRequest(engine: WorkerEngine, facts: RequestFacts, settings: EcsSettings): EcsRequest {
  const { ecs } = engine.resources();
  if (ecs === undefined) throw new Refused(`${taskKey(facts)} is an ECS task, and the resources name no cluster`);
  const definition = deployed(ecs.definitions, facts);
  const plain: EcsRequest = {
    kind: 'ecs',
    ...everyRequest(engine, facts, settings),
    cluster: ecs.cluster,
    definition: definition.arn,
    container: definition.container,
    logGroup: definition.logGroup,
    network: ecs.network,
    command: settings.command,
    vcpu: settings.vcpu,
    memoryMib: settings.memoryMib,
    spot: settings.spot && facts.losses.spot < spotLossesAtMost,
    timeoutSeconds: Math.min(longestSeconds, Math.ceil(timeLeftMs(facts.run, settings) / 1_000)),
  };
  const request = withUpload(engine, facts, {
    request: plain,
    sensitive: settings.sensitive,
    isTooLong: (one) => taskOverrideLength(one) > overrideLimit,
  });
  checkOverrides(request);
  return request;
}
