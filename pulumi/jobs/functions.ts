import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { DeployedTask, Place } from '../../model/deployed-names.ts';
import { definedVariables } from '../../model/deployed-uses.ts';
import { durationMs } from '../../model/duration.ts';
import { memoryMib } from '../../model/size.ts';

/** What {@link Functions} is made from. */
export interface FunctionsArgs {
  place: Place;
  tasks: readonly { task: DeployedTask<'lambda'>; image: string; role: pulumi.Input<string> }[];
}

/** A Lambda function for each Lambda task, from the app's image. */
export class Functions extends pulumi.ComponentResource {
  constructor(name: string, { place, tasks }: FunctionsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:jobs:Functions', name, {}, opts);
    for (const { task, image, role } of tasks) {
      const { options } = task.task;
      new aws.lambda.Function(
        task.fullName,
        {
          ...{ name: task.fullName, description: `Nightshift: ${task.key}`, role },
          ...{ packageType: 'Image', imageUri: image, architectures: ['x86_64'] },
          imageConfig: { commands: [options.handler ?? 'index.handler'] },
          memorySize: memoryMib(options.memory ?? '256 MB'),
          timeout: Math.ceil(durationMs(options.timeout ?? '1 minute') / 1_000),
          environment: { variables: definedVariables(place, options) },
          loggingConfig: { logFormat: 'Text', logGroup: task.logGroup },
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
