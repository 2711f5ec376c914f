import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Subnets } from './subnets.ts';

/** What workers and tasks call in AWS. */
const services = [
  'batch',
  'codebuild',
  'ecr.api',
  'ecr.dkr',
  'ecs',
  'events',
  'lambda',
  'logs',
  'monitoring',
  'secretsmanager',
  'sns',
  'sqs',
  'sts',
];

interface EndpointsArgs {
  region: string;
  vpc: aws.ec2.Vpc;
  subnets: Subnets;
  /** An endpoint for each service that is called, in place of a NAT gateway. */
  withInterfaces: boolean;
  parent: pulumi.Resource;
}

/** The ways that cost nothing: to S3, which carries the images' layers, and to DynamoDB. When asked for, to every other service as well. */
export function createEndpoints(name: string, { region, vpc, subnets, withInterfaces, parent }: EndpointsArgs): void {
  const at = { vpcId: vpc.id };
  for (const service of ['s3', 'dynamodb']) {
    new aws.ec2.VpcEndpoint(
      `${name}-${service}`,
      {
        ...at,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: 'Gateway',
        routeTableIds: subnets.routeTables.map(({ id }) => id),
        tags: { Name: `${name}-${service}` },
      },
      { parent },
    );
  }
  if (!withInterfaces) return;
  const group = createGroup(name, { vpc, parent });
  for (const service of services) {
    new aws.ec2.VpcEndpoint(
      `${name}-${service}`,
      {
        ...at,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: 'Interface',
        privateDnsEnabled: true,
        subnetIds: subnets.privateSubnets.map(({ id }) => id),
        securityGroupIds: [group.id],
        tags: { Name: `${name}-${service}` },
      },
      { parent },
    );
  }
}

function createGroup(name: string, { vpc, parent }: { vpc: aws.ec2.Vpc; parent: pulumi.Resource }) {
  const description = 'Endpoints of AWS services';
  const args = { namePrefix: `${name}-endpoints-`, description, vpcId: vpc.id, tags: { Name: `${name}-endpoints` } };
  const group = new aws.ec2.SecurityGroup(`${name}-endpoints`, args, { parent });
  new aws.vpc.SecurityGroupIngressRule(
    `${name}-endpoints`,
    {
      securityGroupId: group.id,
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
      cidrIpv4: vpc.cidrBlock,
      description: 'From the VPC',
    },
    { parent },
  );
  return group;
}
