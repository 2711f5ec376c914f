import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

/** The ECS cluster of ECS tasks and workers, with both capacities of Fargate and container insights. */
export class Cluster extends pulumi.ComponentResource {
  /** The cluster's name, once its capacity is there. */
  readonly cluster: pulumi.Output<string>;

  constructor(name: string, args: { cluster: string }, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:platform:Cluster', name, {}, opts);
    const cluster = new aws.ecs.Cluster(
      name,
      { name: args.cluster, settings: [{ name: 'containerInsights', value: 'enabled' }] },
      { parent: this },
    );
    const capacity = new aws.ecs.ClusterCapacityProviders(
      name,
      {
        clusterName: cluster.name,
        capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
        defaultCapacityProviderStrategies: [{ capacityProvider: 'FARGATE', weight: 1 }],
      },
      { parent: this },
    );
    this.cluster = capacity.clusterName;
    this.registerOutputs({ cluster: this.cluster });
  }
}
