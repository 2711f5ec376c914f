import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { type FargateSize, fargateSize } from './fargate-sizes.ts';
import { clientException, invalidParameter } from './refusals.ts';
import { checkName, checkTags, limits } from './rules.ts';

/** Checks a task definition. Throws ClientException or InvalidParameterException. */
export function checkDefinition(request: RegisterTaskDefinitionRequest): {
  family: string;
  size: FargateSize | undefined;
} {
  const family = checkName('family', request.family);
  const { containerDefinitions: containers = [] } = request;
  if (containers.length === 0) throw clientException('Container list cannot be empty.');
  checkTags(request.tags);
  for (const container of containers) checkContainer(container);
  const names = new Set(containers.map((container) => container.name));
  if (names.size < containers.length) throw clientException('Two containers have the same name.');
  if (!containers.some((container) => container.essential ?? true)) {
    throw clientException('At least one container must be essential.');
  }
  return { family, size: request.requiresCompatibilities?.includes('FARGATE') ? checkFargate(request) : undefined };
}

function checkContainer(container: ContainerDefinition): void {
  checkName('The name of a container', container.name);
  if (!container.image) throw clientException(`The container ${container.name} has no image.`);
  // Refused in words, so that nobody takes silence for success.
  const unplayed = (['dependsOn', 'environmentFiles', 'mountPoints', 'volumesFrom'] as const).find(
    (name) => (container[name] ?? []).length > 0,
  );
  if (unplayed) throw clientException(`The local AWS does not play ${unplayed} of a container.`);
  const { min, max } = limits.stopTimeoutSeconds;
  const { stopTimeout = min } = container;
  if (stopTimeout < min || stopTimeout > max) {
    throw invalidParameter(`stopTimeout must be between ${min} and ${max} seconds, got ${stopTimeout}.`);
  }
}

function checkFargate(request: RegisterTaskDefinitionRequest): FargateSize {
  if (request.networkMode !== 'awsvpc') {
    throw clientException(`Fargate only supports network mode 'awsvpc', got ${request.networkMode}.`);
  }
  if (request.cpu === undefined) throw clientException("Fargate requires that 'cpu' be defined at the task level.");
  if (request.memory === undefined) {
    throw clientException("Fargate requires that 'memory' be defined at the task level.");
  }
  checkExecutionRole(request);
  return fargateSize(request.cpu, request.memory);
}

/** On Fargate it is the execution role that writes logs and reads secrets. */
function checkExecutionRole(request: RegisterTaskDefinitionRequest): void {
  const containers = request.containerDefinitions ?? [];
  const drivers = containers.flatMap((container) => container.logConfiguration?.logDriver ?? []);
  const other = drivers.find((driver) => !['awslogs', 'splunk', 'awsfirelens'].includes(driver));
  if (other !== undefined) throw clientException(`Log driver '${other}' is not supported with Fargate.`);
  if (request.executionRoleArn !== undefined) return;
  if (drivers.includes('awslogs')) {
    throw clientException('Fargate requires task definition to have execution role ARN to support log driver awslogs.');
  }
  if (containers.some((container) => (container.secrets ?? []).length > 0)) {
    throw clientException('Fargate requires task definition to have execution role ARN to support secrets.');
  }
}
