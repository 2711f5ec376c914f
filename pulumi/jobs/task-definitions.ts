import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { DeployedTask, Place } from '../../model/deployed-names.ts';
import { memoryMib } from '../../model/size.ts';
import { type ContainerParts, containerName, diskGib, ecsContainer } from './container-definition.ts';

/** What {@link TaskDefinitions} is made from. */
export interface TaskDefinitionsArgs {
  place: Place;
  tasks: readonly { task: DeployedTask<'ecs'>; parts: ContainerParts }[];
}

/** An ECS task definition for each ECS task. */
export class TaskDefinitions extends pulumi.ComponentResource {
  /** The ARN with the revision, the container and the log group of each, by `<job>/<task>`, as a worker wants them. */
  readonly byTask: Record<string, { arn: pulumi.Output<string>; container: string; logGroup: string }> = {};

  constructor(name: string, { place, tasks }: TaskDefinitionsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:jobs:TaskDefinitions', name, {}, opts);
    for (const { task, parts } of tasks) {
      const definition = new aws.ecs.TaskDefinition(task.fullName, definitionOf(place, task, parts), { parent: this });
      this.byTask[task.key] = { arn: definition.arn, container: containerName, logGroup: task.logGroup };
    }
    this.registerOutputs({});
  }
}

function definitionOf(place: Place, task: DeployedTask<'ecs'>, parts: ContainerParts): aws.ecs.TaskDefinitionArgs {
  const { options } = task.task;
  const disk = diskGib(options);
  return {
    family: task.fullName,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: String(options.vcpu * 1_024),
    memory: String(memoryMib(options.memory)),
    executionRoleArn: parts.executionRole,
    taskRoleArn: parts.taskRole,
    runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'X86_64' },
    ...(disk === null ? {} : { ephemeralStorage: { sizeInGib: disk } }),
    containerDefinitions: pulumi.jsonStringify([ecsContainer(place, task, parts)]),
    // A run in flight holds the revision that it began with.
    skipDestroy: true,
  };
}
