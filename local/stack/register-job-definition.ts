import {
  type BatchClient,
  RegisterJobDefinitionCommand,
  type RegisterJobDefinitionRequest,
} from '@aws-sdk/client-batch';
import { memoryMib } from '../../model/size.ts';
import { type DeployedTask, imageOf } from './deployed-tasks.ts';

/** Registers the job definition of a Batch task, as a deployment does in AWS. */
export async function registerJobDefinition(
  client: BatchClient,
  task: DeployedTask<'batch'>,
): Promise<{ arn: string; logGroup: string }> {
  const answer = await client.send(new RegisterJobDefinitionCommand(definitionOf(task)));
  const arn = answer.jobDefinitionArn;
  if (arn === undefined) throw new Error(`Batch gave no ARN for the job definition ${task.fullName}`);
  return { arn, logGroup: task.logGroup };
}

function definitionOf(deployed: DeployedTask<'batch'>): RegisterJobDefinitionRequest {
  const { options } = deployed.task;
  const common = { jobDefinitionName: deployed.fullName, propagateTags: true, parameters: { ...options.parameters } };
  if (options.nodes !== undefined) {
    const nodeRangeProperties = [{ targetNodes: `0:${options.nodes - 1}`, container: containerOf(deployed) }];
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
      ...containerOf(deployed),
      executionRoleArn: 'arn:aws:iam::000000000000:role/nightshift-local-execution',
      ...(options.ephemeralStorage === undefined
        ? {}
        : { ephemeralStorage: { sizeInGiB: Number.parseInt(options.ephemeralStorage, 10) } }),
    },
  };
}

function containerOf({ task: { options }, name, logGroup }: DeployedTask<'batch'>) {
  return {
    image: imageOf(options.app),
    command: [...options.command],
    resourceRequirements: [
      { type: 'VCPU' as const, value: String(options.vcpu) },
      { type: 'MEMORY' as const, value: String(memoryMib(options.memory)) },
    ],
    environment: Object.entries(options.environment ?? {}).map(([key, value]) => ({ name: key, value })),
    secrets: Object.entries(options.secrets ?? {}).map(([key, secret]) => ({ name: key, valueFrom: secret })),
    logConfiguration: {
      logDriver: 'awslogs' as const,
      options: { 'awslogs-group': logGroup, 'awslogs-stream-prefix': name },
    },
  };
}
