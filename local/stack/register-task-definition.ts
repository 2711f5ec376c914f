import { type ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import type { DeployedTask, Place } from '../../model/deployed-names.ts';
import { roleArn, roleName } from '../../model/deployed-platform.ts';
import { definedVariables } from '../../model/deployed-uses.ts';
import { memoryMib } from '../../model/size.ts';
import { imageOf } from './image-name.ts';

/** The one container of our task definitions. */
const container = 'app';

/** Registers the task definition of an ECS task, as a deployment does in AWS. */
export async function registerTaskDefinition(
  client: ECSClient,
  place: Place,
  { task: { options }, name, fullName, logGroup }: DeployedTask<'ecs'>,
): Promise<{ arn: string; container: string; logGroup: string }> {
  const { taskDefinition } = await client.send(
    new RegisterTaskDefinitionCommand({
      family: fullName,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: String(options.vcpu * 1_024),
      memory: String(memoryMib(options.memory)),
      executionRoleArn: roleArn(place, roleName(fullName, 'execution')),
      taskRoleArn: roleArn(place, roleName(fullName, 'task')),
      ...(options.ephemeralStorage === undefined
        ? {}
        : { ephemeralStorage: { sizeInGiB: Number.parseInt(options.ephemeralStorage, 10) } }),
      containerDefinitions: [
        {
          name: container,
          image: imageOf(options.app),
          essential: true,
          command: [...options.command],
          environment: Object.entries(definedVariables(place, options)).map(([key, value]) => ({ name: key, value })),
          secrets: Object.entries(options.secrets ?? {}).map(([key, secret]) => ({ name: key, valueFrom: secret })),
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-group': logGroup, 'awslogs-region': 'local', 'awslogs-stream-prefix': name },
          },
        },
      ],
    }),
  );
  const arn = taskDefinition?.taskDefinitionArn;
  if (arn === undefined) throw new Error(`ECS gave no ARN for the task definition ${fullName}`);
  return { arn, container, logGroup };
}
