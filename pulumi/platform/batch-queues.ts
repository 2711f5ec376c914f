import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

/** What {@link BatchQueues} is made from. */
export interface BatchQueuesArgs {
  /** Names of the two queues. */
  queues: { onDemand: string; spot: string };
  maxVcpus: number;
  spotMaxVcpus: number;
  subnetIds: pulumi.Input<string[]>;
  securityGroupIds: pulumi.Input<string>[];
  /** Shares of the queues; null: first come, first served. */
  fairShare: FairShare | null;
}

/** How the queues are shared: a share of a lower weight gets more. */
export interface FairShare {
  decaySeconds?: number | undefined;
  reservation?: number | undefined;
  weights: Record<string, number>;
}

/** The stage's own queues on Fargate: on demand, and Spot that falls back to on demand. */
export class BatchQueues extends pulumi.ComponentResource {
  /** ARNs. */
  readonly onDemand: pulumi.Output<string>;
  readonly spot: pulumi.Output<string>;

  constructor(name: string, args: BatchQueuesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:platform:BatchQueues', name, {}, opts);
    const fargate = createEnvironment(args, { of: 'FARGATE', maxVcpus: args.maxVcpus, parent: this });
    const fargateSpot = createEnvironment(args, { of: 'FARGATE_SPOT', maxVcpus: args.spotMaxVcpus, parent: this });
    const policy = createPolicy(args, this);
    this.onDemand = createQueue(args.queues.onDemand, [fargate], { policy, parent: this }).arn;
    this.spot = createQueue(args.queues.spot, [fargateSpot, fargate], { policy, parent: this }).arn;
    this.registerOutputs({ onDemand: this.onDemand, spot: this.spot });
  }
}

function createEnvironment(
  { queues, subnetIds, securityGroupIds }: BatchQueuesArgs,
  { of, maxVcpus, parent }: { of: 'FARGATE' | 'FARGATE_SPOT'; maxVcpus: number; parent: pulumi.Resource },
): aws.batch.ComputeEnvironment {
  const name = of === 'FARGATE' ? queues.onDemand : queues.spot;
  return new aws.batch.ComputeEnvironment(
    name,
    {
      // With a fixed name it could not be replaced: a queue refers to it, so the new one has to come first.
      namePrefix: `${name}-`,
      type: 'MANAGED',
      // No service role: Batch's own is what its updates of subnets and security groups ask for.
      computeResources: { type: of, maxVcpus, subnets: subnetIds, securityGroupIds },
    },
    { parent },
  );
}

function createPolicy(
  { fairShare, queues }: BatchQueuesArgs,
  parent: pulumi.Resource,
): aws.batch.SchedulingPolicy | null {
  if (fairShare === null) return null;
  return new aws.batch.SchedulingPolicy(
    queues.onDemand,
    {
      name: queues.onDemand,
      fairSharePolicy: {
        ...(fairShare.decaySeconds === undefined ? {} : { shareDecaySeconds: fairShare.decaySeconds }),
        ...(fairShare.reservation === undefined ? {} : { computeReservation: fairShare.reservation }),
        shareDistributions: Object.entries(fairShare.weights).map(([shareIdentifier, weightFactor]) => ({
          shareIdentifier,
          weightFactor,
        })),
      },
    },
    { parent },
  );
}

/** What Batch calls a job that will never start, and how long it may stay so. The words are AWS's own. */
const stuck = [
  { reason: 'MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE', maxTimeSeconds: 600 },
  { reason: 'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT', maxTimeSeconds: 600 },
  { reason: 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY', maxTimeSeconds: 1_800 },
];

function createQueue(
  name: string,
  environments: aws.batch.ComputeEnvironment[],
  { policy, parent }: { policy: aws.batch.SchedulingPolicy | null; parent: pulumi.Resource },
): aws.batch.JobQueue {
  return new aws.batch.JobQueue(
    name,
    {
      name,
      state: 'ENABLED',
      priority: 1,
      computeEnvironmentOrders: environments.map(({ arn }, index) => ({ order: index + 1, computeEnvironment: arn })),
      jobStateTimeLimitActions: stuck.map((each) => ({ ...each, state: 'RUNNABLE', action: 'CANCEL' })),
      ...(policy === null ? {} : { schedulingPolicyArn: policy.arn }),
    },
    { parent },
  );
}
