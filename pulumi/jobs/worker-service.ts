import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { createWorkerScaling } from './worker-scaling.ts';

/** What {@link WorkerService} is made from. */
export interface WorkerServiceArgs {
  /** The service's name. */
  service: string;
  /** The cluster's name. */
  cluster: pulumi.Input<string>;
  /** ARN of the task definition. */
  definition: pulumi.Input<string>;
  subnetIds: pulumi.Input<string[]>;
  securityGroup: pulumi.Input<string>;
  /** How many containers there are at least, and at most; not more than the least: always the least. */
  least: number;
  most: number;
  /** The Temporal task queues whose backlog says how many are needed, and the namespace of its metric. */
  backlog: { taskQueues: string[]; namespace: string };
}

/** Workers on Fargate: a new version comes up before the old one goes, and goes back by itself when it does not. */
export class WorkerService extends pulumi.ComponentResource {
  /** The service's name, once it is there. */
  readonly service: pulumi.Output<string>;

  constructor(name: string, args: WorkerServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:jobs:WorkerService', name, {}, opts);
    const service = createService(name, args, this);
    if (args.most > args.least) createWorkerScaling(name, { ...args, service: service.name, parent: this });
    this.service = service.name;
    this.registerOutputs({ service: this.service });
  }
}

function createService(name: string, args: WorkerServiceArgs, parent: pulumi.Resource): aws.ecs.Service {
  return new aws.ecs.Service(
    name,
    {
      ...{ name: args.service, cluster: args.cluster, taskDefinition: args.definition, desiredCount: args.least },
      // Never together with a launch type. No Spot: a worker that is called away makes its calls come twice.
      capacityProviderStrategies: [{ capacityProvider: 'FARGATE', weight: 1 }],
      networkConfiguration: {
        subnets: args.subnetIds,
        securityGroups: [args.securityGroup],
        assignPublicIp: false,
      },
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      availabilityZoneRebalancing: 'ENABLED',
      enableEcsManagedTags: true,
      propagateTags: 'SERVICE',
      // The update ends when the new workers are there, and fails when they are not.
      waitForSteadyState: true,
    },
    // The scaling has its own mind about the count.
    { parent, ignoreChanges: args.most > args.least ? ['desiredCount'] : [] },
  );
}
