import {
  type BatchClient,
  RegisterJobDefinitionCommand,
  type RegisterJobDefinitionRequest,
} from '@aws-sdk/client-batch';
import type { DeployedTask, Place } from '../../model/deployed-names.ts';
import { roleArn, roleName } from '../../model/deployed-platform.ts';
import { definedVariables } from '../../model/deployed-uses.ts';
import { memoryMib } from '../../model/size.ts';
import { imageOf } from './image-name.ts';

/** Registers the job definition of a Batch task, as a deployment does in AWS. */
export async function registerJobDefinition(
  client: BatchClient,
  place: Place,
  task: DeployedTask<'batch'>,
): Promise<{ arn: string; logGroup: string }> {
  const answer = await client.send(new RegisterJobDefinitionCommand(definitionOf(place, task)));
  const arn = answer.jobDefinitionArn;
  if (arn === undefined) throw new Error(`Batch gave no ARN for the job definition ${task.fullName}`);
  return { arn, logGroup: task.logGroup };
}

function definitionOf(place: Place, deployed: DeployedTask<'batch'>): RegisterJobDefinitionRequest {
  const { options } = deployed.task;
  const common = { jobDefinitionName: deployed.fullName, propagateTags: true, parameters: { ...options.parameters } };
  if (options.nodes !== undefined) {
    const nodeRangeProperties = [{ targetNodes: `0:${options.nodes - 1}`, container: containerOf(place, deployed) }];
    return {
      ...common,
      type: 'multinode',
      platformCapabilities: ['EC2'],
      nodeProperties: { numNodes: options.nodes, mainNode: 0, nodeRangeProperties },
    };
  }
  return {
    ...common,
    type: 'container',
    platformCapabilities: ['FARGATE'],
    containerProperties: {
      ...containerOf(place, deployed),
      ...(options.ephemeralStorage === undefined
        ? {}
        : { ephemeralStorage: { sizeInGiB: Number.parseInt(options.ephemeralStorage, 10) } }),
    },
  };
}

function containerOf(place: Place, { task: { options }, name, fullName, logGroup }: DeployedTask<'batch'>) {
  return {
    jobRoleArn: roleArn(place, roleName(fullName, 'task')),
    executionRoleArn: roleArn(place, roleName(fullName, 'execution')),
    image: imageOf(options.app),
    command: [...options.command],
    resourceRequirements: [
      { type: 'VCPU' as const, value: String(options.vcpu) },
      { type: 'MEMORY' as const, value: String(memoryMib(options.memory)) },
    ],
    environment: Object.entries(definedVariables(place, options)).map(([key, value]) => ({ name: key, value })),
    secrets: Object.entries(options.secrets ?? {}).map(([key, secret]) => ({ name: key, valueFrom: secret })),
    logConfiguration: {
      logDriver: 'awslogs' as const,
      options: { 'awslogs-group': logGroup, 'awslogs-stream-prefix': name },
    },
  };
}
