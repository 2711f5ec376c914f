import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';

/** The subnets of a new VPC. */
export interface Subnets {
  privateSubnets: aws.ec2.Subnet[];
  /** One for each private subnet. */
  routeTables: aws.ec2.RouteTable[];
}

interface SubnetsArgs {
  cidr: string;
  zones: string[];
  vpcId: pulumi.Output<string>;
  /** Public subnets with NAT gateways, through which the private ones call out. */
  withPublic: boolean;
  gatewayEachZone: boolean;
  parent: pulumi.Resource;
}

/** A private subnet in each zone, and when asked for the way out through NAT gateways. */
export function createSubnets(name: string, args: SubnetsArgs): Subnets {
  const { zones, vpcId, parent } = args;
  const privateSubnets = zones.map((zone, index) => createSubnet(`${name}-private-${zone}`, { ...args, zone, index }));
  const gateways = args.withPublic ? createGateways(name, args) : [];
  const routeTables = privateSubnets.map((subnet, index) => {
    const tableName = `${name}-private-${zones[index]}`;
    const table = new aws.ec2.RouteTable(tableName, { vpcId, tags: { Name: tableName } }, { parent });
    new aws.ec2.RouteTableAssociation(tableName, { subnetId: subnet.id, routeTableId: table.id }, { parent });
    const gateway = gateways[index] ?? gateways[0];
    if (gateway !== undefined) {
      const route = { routeTableId: table.id, destinationCidrBlock: '0.0.0.0/0', natGatewayId: gateway.id };
      new aws.ec2.Route(tableName, route, { parent });
    }
    return table;
  });
  return { privateSubnets, routeTables };
}

function createSubnet(name: string, args: SubnetsArgs & { zone: string; index: number }): aws.ec2.Subnet {
  const { vpcId, zone, index, cidr, parent } = args;
  return new aws.ec2.Subnet(
    name,
    {
      ...{ vpcId, availabilityZone: zone, cidrBlock: sixteenth(cidr, index) },
      // Not even in the public ones: NAT gateways bring their own address.
      mapPublicIpOnLaunch: false,
      tags: { Name: name },
    },
    { parent },
  );
}

function createGateways(name: string, args: SubnetsArgs): aws.ec2.NatGateway[] {
  const { zones, vpcId, parent } = args;
  const internet = new aws.ec2.InternetGateway(name, { vpcId, tags: { Name: name } }, { parent });
  const table = new aws.ec2.RouteTable(`${name}-public`, { vpcId, tags: { Name: `${name}-public` } }, { parent });
  const route = { routeTableId: table.id, destinationCidrBlock: '0.0.0.0/0', gatewayId: internet.id };
  new aws.ec2.Route(`${name}-public`, route, { parent });
  return zones.slice(0, args.gatewayEachZone ? zones.length : 1).map((zone, index) => {
    const subnetName = `${name}-public-${zone}`;
    // After the private ones: adding a zone moves none.
    const subnet = createSubnet(subnetName, { ...args, zone, index: 8 + index });
    new aws.ec2.RouteTableAssociation(subnetName, { subnetId: subnet.id, routeTableId: table.id }, { parent });
    const address = new aws.ec2.Eip(subnetName, { domain: 'vpc', tags: { Name: subnetName } }, { parent });
    const gateway = { subnetId: subnet.id, allocationId: address.id, tags: { Name: subnetName } };
    return new aws.ec2.NatGateway(subnetName, gateway, { parent, dependsOn: [internet] });
  });
}

/** The nth sixteenth of an address range: `10.20.48.0/20` is the fourth of `10.20.0.0/16`. */
export function sixteenth(cidr: string, index: number): string {
  const [address = '', bits = ''] = cidr.split('/');
  const start = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  const own = start - (start % size) + (size / 16) * index;
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(own / 2 ** shift) % 256);
  return `${parts.join('.')}/${Number(bits) + 4}`;
}
