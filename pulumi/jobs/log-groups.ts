import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

/** What {@link LogGroups} is made from. */
export interface LogGroupsArgs {
  /** Names; a name that comes twice is one group. */
  names: readonly string[];
  /** How long lines are kept. */
  days: number;
}

/** The log groups of jobs and workers. They are made here, so that no role needs the right to make one. */
export class LogGroups extends pulumi.ComponentResource {
  constructor(name: string, args: LogGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:jobs:LogGroups', name, {}, opts);
    for (const group of [...new Set(args.names)].sort()) {
      new aws.cloudwatch.LogGroup(group, { name: group, retentionInDays: args.days }, { parent: this });
    }
    this.registerOutputs({});
  }
}
