import type { StartRequest } from '../../compute/port.ts';
import { unreachable } from '../../model/unreachable.ts';
import { Refused, type WorkerEngine } from '../engine.ts';
import { batchRequest } from './batch-request.ts';
import { codeBuildRequest } from './code-build-request.ts';
import { ecsRequest } from './ecs-request.ts';
import { type RequestFacts, taskKey } from './request-facts.ts';

/**
 * The complete request of an attempt, for the service that the task is declared for.
 * @throws Refused when it cannot be made here; StartRefused when AWS would refuse it.
 */
export function awsRequest(engine: WorkerEngine, facts: RequestFacts): StartRequest {
  const settings = facts.settings.tasks[facts.task.task];
  switch (settings?.kind) {
    case 'batch':
      return batchRequest(engine, facts, settings);
    case 'ecs':
      return ecsRequest(engine, facts, settings);
    case 'codeBuild':
      return codeBuildRequest(engine, facts, settings);
    case 'lambda':
    case 'function':
      throw new Refused(`${taskKey(facts)} is called by the worker itself, not started in AWS`);
    case undefined:
      throw new Refused(`${facts.run.job} has no task "${facts.task.task}" in this execution's settings`);
    default:
      return unreachable(settings);
  }
}
