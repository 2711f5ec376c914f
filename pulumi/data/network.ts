import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { createEndpoints } from './endpoints.ts';
import { createSubnets, type Subnets } from './subnets.ts';

/** What {@link Network} is made from: a new VPC, or one that is there. */
export interface NetworkArgs {
  region: string;
  vpc: { cidr: string; zones: string[] } | { id: string; subnets: string[] };
  /** How the private subnets of a new VPC reach AWS. */
  nat: 'gateway' | 'endpoints';
  /** One NAT gateway for each zone, or one for all. */
  gatewayEachZone: boolean;
}

/** Where everything runs: private subnets, which only call out. */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly subnetIds: pulumi.Output<string[]>;
  /** The security group of tasks: calls out, is not called. */
  readonly taskGroup: pulumi.Output<string>;
  /** The security group of workers: the same, and the database takes only them. */
  readonly workerGroup: pulumi.Output<string>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:data:Network', name, {}, opts);
    const { vpcId, subnetIds } = 'id' in args.vpc ? existing(args.vpc) : this.createVpc(name, args, args.vpc);
    this.vpcId = vpcId;
    this.subnetIds = subnetIds;
    this.taskGroup = createCallers(`${name}-tasks`, 'Tasks of jobs', { vpcId, parent: this });
    this.workerGroup = createCallers(`${name}-workers`, 'Workers', { vpcId, parent: this });
    this.registerOutputs({ vpcId, subnetIds });
  }

  private createVpc(name: string, args: NetworkArgs, of: { cidr: string; zones: string[] }) {
    const vpc = new aws.ec2.Vpc(
      name,
      { cidrBlock: of.cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: { Name: name } },
      { parent: this },
    );
    const subnets = createSubnets(name, {
      ...of,
      vpcId: vpc.id,
      withPublic: args.nat === 'gateway',
      gatewayEachZone: args.gatewayEachZone,
      parent: this,
    });
    createEndpoints(name, {
      region: args.region,
      vpc,
      subnets,
      withInterfaces: args.nat === 'endpoints',
      parent: this,
    });
    return { vpcId: vpc.id, subnetIds: idsOf(subnets) };
  }
}

function existing({ id, subnets }: { id: string; subnets: string[] }) {
  return { vpcId: pulumi.output(id), subnetIds: pulumi.output(subnets) };
}

function idsOf({ privateSubnets }: Subnets): pulumi.Output<string[]> {
  return pulumi.all(privateSubnets.map(({ id }) => id));
}

/** Who calls out, and takes no call. */
function createCallers(
  name: string,
  description: string,
  { vpcId, parent }: { vpcId: pulumi.Output<string>; parent: pulumi.Resource },
): pulumi.Output<string> {
  const group = new aws.ec2.SecurityGroup(
    name,
    { namePrefix: `${name}-`, description, vpcId, tags: { Name: name } },
    { parent },
  );
  new aws.vpc.SecurityGroupEgressRule(
    name,
    { securityGroupId: group.id, ipProtocol: '-1', cidrIpv4: '0.0.0.0/0', description: 'Call out' },
    { parent },
  );
  return group.id;
}
