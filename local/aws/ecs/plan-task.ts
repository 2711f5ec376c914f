import type { ContainerDefinition, ContainerOverride, KeyValuePair, RunTaskRequest } from '@aws-sdk/client-ecs';
import { chooseCapacity } from './capacity.ts';
import type { Cluster } from './clusters.ts';
import { fargateSize } from './fargate-sizes.ts';
import { clientException, invalidParameter } from './refusals.ts';
import { checkOverrides, limits } from './rules.ts';
import { tagRecord } from './tag-list.ts';
import type { TaskPlan } from './task.ts';
import type { TaskDefinition } from './task-definitions.ts';

/** Merges a request over its definition. Throws InvalidParameterException or ClientException. */
export function planTask(request: RunTaskRequest, cluster: Cluster, definition: TaskDefinition | undefined): TaskPlan {
  if (!definition) throw clientException('TaskDefinition not found.');
  if (definition.status === 'INACTIVE') throw clientException('TaskDefinition is inactive');
  const capacityProvider = chooseCapacity(request, cluster);
  const { size } = definition;
  if (!size) throw clientException('Task definition does not support launch_type FARGATE.');
  checkNetwork(request);
  const { containerDefinitions = [] } = definition.request;
  const { overrides } = request;
  checkOverrides(overrides, containerDefinitions);
  return {
    ...{ cluster, definition, request, capacityProvider },
    containers: containerDefinitions.map((container) =>
      mergeContainer(
        container,
        overrides?.containerOverrides?.find((override) => override.name === container.name),
      ),
    ),
    size: fargateSize(overrides?.cpu ?? size.cpu, overrides?.memory ?? size.memory),
    tags: tagsOf(request, definition),
  };
}

function checkNetwork({ networkConfiguration }: RunTaskRequest): void {
  if (!networkConfiguration?.awsvpcConfiguration) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  if ((networkConfiguration.awsvpcConfiguration.subnets ?? []).length === 0) {
    throw invalidParameter('subnets can not be empty.');
  }
}

function mergeContainer(defined: ContainerDefinition, override: ContainerOverride = {}): ContainerDefinition {
  return {
    ...defined,
    ...(override.command ? { command: override.command } : {}),
    ...(override.cpu === undefined ? {} : { cpu: override.cpu }),
    ...(override.memory === undefined ? {} : { memory: override.memory }),
    environment: mergeVariables(defined.environment, override.environment),
  };
}

function mergeVariables(defined: KeyValuePair[] = [], overrides: KeyValuePair[] = []): KeyValuePair[] {
  const overridden = new Set(overrides.map((variable) => variable.name));
  return [...defined.filter((variable) => !overridden.has(variable.name)), ...overrides];
}

/** Those of the call win over those of the definition, which come along only when asked for. */
function tagsOf(request: RunTaskRequest, definition: TaskDefinition): Record<string, string> {
  if (request.propagateTags === 'SERVICE') throw invalidParameter('Tags of a service need a service.');
  const propagated = request.propagateTags === 'TASK_DEFINITION' ? definition.tags : {};
  const tags = { ...propagated, ...tagRecord(request.tags) };
  const count = Object.keys(tags).length;
  if (count > limits.tags) throw invalidParameter(`A task can have at most ${limits.tags} tags, got ${count}.`);
  return tags;
}
