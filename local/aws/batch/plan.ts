import type {
  ContainerOverrides,
  ContainerProperties,
  KeyValuePair,
  ResourceRequirement,
  SubmitJobRequest,
} from '@aws-sdk/client-batch';
import type { JobDefinition } from './definitions.ts';
import type { JobPlan } from './job.ts';
import type { JobQueue } from './queues.ts';

/** Merges a submission over its definition. */
export function planJob(request: SubmitJobRequest, definition: JobDefinition, queue: JobQueue): JobPlan {
  const container = mergeContainer(definition.container, request.containerOverrides);
  const timeout = request.timeout ?? definition.request.timeout;
  return {
    queueName: queue.name,
    queueArn: queue.arn,
    definition,
    request,
    container,
    parameters: { ...definition.request.parameters, ...request.parameters },
    tags: { ...request.tags },
    retryStrategy: request.retryStrategy ?? definition.request.retryStrategy ?? { attempts: 1 },
    timeoutSeconds: timeout?.attemptDurationSeconds,
    vcpus: vcpusOf(container),
    share: request.shareIdentifier,
    priority: request.schedulingPriorityOverride ?? definition.request.schedulingPriority ?? 0,
  };
}

function mergeContainer(defined: ContainerProperties, overrides: ContainerOverrides = {}): ContainerProperties {
  return {
    ...defined,
    ...(overrides.command ? { command: overrides.command } : {}),
    ...(overrides.instanceType ? { instanceType: overrides.instanceType } : {}),
    environment: mergeVariables(defined.environment, overrides.environment),
    resourceRequirements: mergeRequirements(defined.resourceRequirements, overrides),
  };
}

function mergeVariables(defined: KeyValuePair[] = [], overrides: KeyValuePair[] = []): KeyValuePair[] {
  const overridden = new Set(overrides.map((variable) => variable.name));
  return [...defined.filter((variable) => !overridden.has(variable.name)), ...overrides];
}

function mergeRequirements(defined: ResourceRequirement[] = [], overrides: ContainerOverrides): ResourceRequirement[] {
  const asked: ResourceRequirement[] = [...(overrides.resourceRequirements ?? [])];
  if (overrides.vcpus !== undefined) asked.push({ type: 'VCPU', value: String(overrides.vcpus) });
  if (overrides.memory !== undefined) asked.push({ type: 'MEMORY', value: String(overrides.memory) });
  const overridden = new Set(asked.map((requirement) => requirement.type));
  return [...defined.filter((requirement) => !overridden.has(requirement.type)), ...asked];
}

function vcpusOf(container: ContainerProperties): number {
  const required = container.resourceRequirements?.find((requirement) => requirement.type === 'VCPU')?.value;
  return Number(required ?? container.vcpus ?? 1);
}
