import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { DeployedTask, Place } from '../../model/deployed-names.ts';
import { batchContainer, type ContainerParts, diskGib } from './container-definition.ts';

/** What {@link JobDefinitions} is made from. */
export interface JobDefinitionsArgs {
  place: Place;
  tasks: readonly { task: DeployedTask<'batch'>; parts: ContainerParts }[];
}

/** A Batch job definition for each Batch task. */
export class JobDefinitions extends pulumi.ComponentResource {
  /** The ARN with the revision and the log group of each, by `<job>/<task>`, as a worker wants them. */
  readonly byTask: Record<string, { arn: pulumi.Output<string>; logGroup: string }> = {};

  constructor(name: string, { place, tasks }: JobDefinitionsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:jobs:JobDefinitions', name, {}, opts);
    for (const { task, parts } of tasks) {
      const definition = new aws.batch.JobDefinition(task.fullName, definitionOf(place, task, parts), { parent: this });
      this.byTask[task.key] = { arn: definition.arn, logGroup: task.logGroup };
    }
    this.registerOutputs({});
  }
}

function definitionOf(place: Place, task: DeployedTask<'batch'>, parts: ContainerParts): aws.batch.JobDefinitionArgs {
  const { options } = task.task;
  const container = batchContainer(place, task, parts);
  const common = {
    name: task.fullName,
    propagateTags: true,
    parameters: { ...options.parameters },
    // Tries are counted by the run, which knows why the last one failed.
    retryStrategy: { attempts: 1 },
    // A run in flight holds the revision that it began with.
    deregisterOnNewRevision: false,
  };
  if (options.nodes !== undefined) {
    const nodeRangeProperties = [{ targetNodes: `0:${options.nodes - 1}`, container }];
    const nodeProperties = pulumi.jsonStringify({ numNodes: options.nodes, mainNode: 0, nodeRangeProperties });
    return { ...common, type: 'multinode', platformCapabilities: ['EC2'], nodeProperties };
  }
  const disk = diskGib(options);
  return {
    ...common,
    type: 'container',
    platformCapabilities: ['FARGATE'],
    containerProperties: pulumi.jsonStringify({
      ...container,
      networkConfiguration: { assignPublicIp: 'DISABLED' },
      fargatePlatformConfiguration: { platformVersion: 'LATEST' },
      runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'X86_64' },
      ...(disk === null ? {} : { ephemeralStorage: { sizeInGiB: disk } }),
    }),
  };
}
