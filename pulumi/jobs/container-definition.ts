import type * as pulumi from '@pulumi/pulumi';
import type { DeployedTask, Place } from '../../model/deployed-names.ts';
import { definedVariables } from '../../model/deployed-uses.ts';
import { memoryMib } from '../../model/size.ts';

/** What the deployment adds to a task's own words. */
export interface ContainerParts {
  image: string;
  taskRole: pulumi.Input<string>;
  executionRole: pulumi.Input<string>;
  /** ARNs of secrets, by the name in the jobs. */
  secrets: Record<string, pulumi.Input<string>>;
}

/** The name of the one container of our task definitions. */
export const containerName = 'app';

/** Where a container writes its log lines. */
export function logConfiguration(
  { region }: Pick<Place, 'region'>,
  { group, stream }: { group: string; stream: string },
) {
  return {
    logDriver: 'awslogs',
    options: { 'awslogs-group': group, 'awslogs-region': region, 'awslogs-stream-prefix': stream },
  };
}

/** Plain variables as AWS wants them, sorted: another order would be a new revision. */
export function variableList(variables: Record<string, string>): { name: string; value: string }[] {
  return Object.entries(variables)
    .map(([name, value]) => ({ name, value }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The variables that AWS fills from Secrets Manager. */
export function secretList(
  wanted: Record<string, string> = {},
  arns: ContainerParts['secrets'],
): { name: string; valueFrom: pulumi.Input<string> }[] {
  return Object.keys(wanted)
    .sort()
    .map((variable) => ({ name: variable, valueFrom: arnOfSecret(arns, wanted[variable] ?? '') }));
}

/**
 * The ARN of a secret of the jobs.
 * @throws Error when nobody made it.
 */
export function arnOfSecret(arns: ContainerParts['secrets'], name: string): pulumi.Input<string> {
  const arn = arns[name];
  if (arn === undefined) throw new Error(`The secret ${name} was not made`);
  return arn;
}

/** The container of a Batch task, as its job definition has it. */
export function batchContainer(
  place: Place,
  { task: { options }, name, logGroup }: DeployedTask<'batch'>,
  parts: ContainerParts,
) {
  return {
    image: parts.image,
    command: [...options.command],
    jobRoleArn: parts.taskRole,
    executionRoleArn: parts.executionRole,
    resourceRequirements: [
      { type: 'VCPU', value: String(options.vcpu) },
      { type: 'MEMORY', value: String(memoryMib(options.memory)) },
    ],
    environment: variableList(definedVariables(place, options)),
    secrets: secretList(options.secrets, parts.secrets),
    logConfiguration: logConfiguration(place, { group: logGroup, stream: name }),
  };
}

/** The container of an ECS task, as its task definition has it. */
export function ecsContainer(
  place: Place,
  { task: { options }, name, logGroup }: DeployedTask<'ecs'>,
  parts: ContainerParts,
) {
  return {
    name: containerName,
    image: parts.image,
    essential: true,
    command: [...options.command],
    environment: variableList(definedVariables(place, options)),
    secrets: secretList(options.secrets, parts.secrets),
    linuxParameters: { initProcessEnabled: true },
    // Fargate's longest: a program that is being stopped may write down how far it got.
    stopTimeout: 120,
    logConfiguration: logConfiguration(place, { group: logGroup, stream: name }),
  };
}

/** The disk of a container on Fargate in GiB, when the task asks for more than there is anyway. */
export function diskGib(options: { ephemeralStorage?: string | undefined }): number | null {
  return options.ephemeralStorage === undefined ? null : Number.parseInt(options.ephemeralStorage, 10);
}
