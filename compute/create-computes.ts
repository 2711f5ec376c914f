import type { AwsPlace } from './aws/clients.ts';
import { createBatchCompute } from './batch/create-batch-compute.ts';
import { createCodeBuildCompute } from './codebuild/create-code-build-compute.ts';
import { createEcsCompute } from './ecs/create-ecs-compute.ts';
import type { Computes } from './port.ts';

/** The adapters of every service, at one place. Nothing is sent before the first call. */
export function createComputes(place: AwsPlace): Computes {
  return {
    batch: createBatchCompute(place),
    ecs: createEcsCompute(place),
    codeBuild: createCodeBuildCompute(place),
  };
}
