import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

/** What {@link Database} is made from. */
export interface DatabaseArgs {
  /** The instance's name; also that of what belongs to it. */
  identifier: string;
  class: string;
  storageGb: number;
  multiAz: boolean;
  backupDays: number;
  /** Refuses to be deleted, by Pulumi and by AWS, and leaves a snapshot. */
  protect: boolean;
  vpcId: pulumi.Input<string>;
  subnetIds: pulumi.Input<string[]>;
  /** How long its log lines are kept. */
  logDays: number;
  /** The security group of those who may connect. */
  clientGroup: pulumi.Input<string>;
}

/** The user and the database in it. Neither is a secret. */
export const databaseUser = 'nightshift';
const version = '18';
const port = 5432;

/** Nightshift's own PostgreSQL: encrypted, private, with a password that RDS makes, keeps and changes. */
export class Database extends pulumi.ComponentResource {
  /** `<host>:<port>`. */
  readonly endpoint: pulumi.Output<string>;
  /** ARN of the secret with the password. */
  readonly secretArn: pulumi.Output<string>;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:data:Database', name, {}, opts);
    const group = createGroup(name, args, this);
    const instance = createInstance(name, args, { group, parent: this });
    this.endpoint = instance.endpoint;
    this.secretArn = instance.masterUserSecrets.apply((secrets) => secrets[0]?.secretArn ?? '');
    this.registerOutputs({ endpoint: this.endpoint, secretArn: this.secretArn });
  }
}

function createGroup(name: string, args: DatabaseArgs, parent: pulumi.Resource): aws.ec2.SecurityGroup {
  const { vpcId, clientGroup, identifier } = args;
  const group = new aws.ec2.SecurityGroup(
    name,
    { namePrefix: `${identifier}-`, description: 'Database of Nightshift', vpcId },
    { parent },
  );
  new aws.vpc.SecurityGroupIngressRule(
    name,
    {
      ...{ securityGroupId: group.id, referencedSecurityGroupId: clientGroup, description: 'From the workers' },
      ...{ ipProtocol: 'tcp', fromPort: port, toPort: port },
    },
    { parent },
  );
  return group;
}

function createInstance(
  name: string,
  args: DatabaseArgs,
  { group, parent }: { group: aws.ec2.SecurityGroup; parent: pulumi.Resource },
): aws.rds.Instance {
  const { identifier, protect } = args;
  const subnetGroup = new aws.rds.SubnetGroup(name, { name: identifier, subnetIds: args.subnetIds }, { parent });
  const parameters = new aws.rds.ParameterGroup(
    name,
    {
      ...{ namePrefix: `${identifier}-`, family: `postgres${version}` },
      parameters: [{ name: 'rds.force_ssl', value: '1' }],
    },
    { parent },
  );
  // Before the instance, which would make one that keeps its lines for ever.
  const logGroup = new aws.cloudwatch.LogGroup(
    name,
    { name: `/aws/rds/instance/${identifier}/postgresql`, retentionInDays: args.logDays },
    { parent },
  );
  return new aws.rds.Instance(
    name,
    {
      ...{ identifier, engine: 'postgres', engineVersion: version, instanceClass: args.class, port },
      ...{ dbName: databaseUser, username: databaseUser, manageMasterUserPassword: true },
      ...{
        allocatedStorage: args.storageGb,
        ...growthOf(args.storageGb),
        storageType: 'gp3',
        storageEncrypted: true,
      },
      ...{ dbSubnetGroupName: subnetGroup.name, vpcSecurityGroupIds: [group.id], publiclyAccessible: false },
      ...{ parameterGroupName: parameters.name, multiAz: args.multiAz },
      ...{ backupRetentionPeriod: args.backupDays, copyTagsToSnapshot: true, autoMinorVersionUpgrade: true },
      ...{ deletionProtection: protect, skipFinalSnapshot: !protect },
      ...(protect ? { finalSnapshotIdentifier: `${identifier}-final` } : {}),
      enabledCloudwatchLogsExports: ['postgresql'],
    },
    { parent, protect, dependsOn: [logGroup] },
  );
}

/**
 * Up to ten times the first storage, as far as RDS goes. It takes no limit that is less than a tenth above the storage:
 * so much does not grow. Source: RDS, "Managing capacity automatically with storage autoscaling".
 */
function growthOf(storageGb: number): { maxAllocatedStorage?: number } {
  const most = Math.min(storageGb * 10, 65_536);
  return most * 10 >= storageGb * 11 ? { maxAllocatedStorage: most } : {};
}
