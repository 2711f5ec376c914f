import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type DerivedRole, ownPolicy, type RoleInPolicies } from '../../rights/statement.ts';
import { fitPolicies } from './fit-policies.ts';

/** What {@link Roles} is made from. */
export interface RolesArgs {
  /** Only for this account the roles may be taken. */
  accountId: string;
  /** The roles as they are derived. */
  roles: readonly RoleInPolicies[];
  /** ARNs that AWS makes, by what stands for them in the rights. */
  known: Record<string, pulumi.Input<string>>;
}

/** Every role with exactly the rights that were derived for it. */
export class Roles extends pulumi.ComponentResource {
  private readonly byName: ReadonlyMap<string, aws.iam.Role>;

  constructor(name: string, args: RolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:jobs:Roles', name, {}, opts);
    this.byName = new Map(args.roles.map((role) => [role.name, createRole(role, args.accountId, this)]));
    for (const role of args.roles) createPolicies(role, args.known, { role: this.find(role.name), parent: this });
    this.registerOutputs({});
  }

  /**
   * The ARN of a role, once it is there.
   * @throws Error when no such role was derived.
   */
  arn(name: string): pulumi.Output<string> {
    return this.find(name).arn;
  }

  private find(name: string): aws.iam.Role {
    const role = this.byName.get(name);
    if (role === undefined) throw new Error(`The role ${name} was not derived`);
    return role;
  }
}

function createRole(role: DerivedRole, accountId: string, parent: pulumi.Resource): aws.iam.Role {
  return new aws.iam.Role(
    role.name,
    {
      name: role.name,
      description: `Nightshift: ${role.title}`,
      assumeRolePolicy: JSON.stringify(trustPolicy(role, accountId)),
    },
    { parent },
  );
}

function createPolicies(
  derived: RoleInPolicies,
  known: RolesArgs['known'],
  { role, parent }: { role: aws.iam.Role; parent: pulumi.Resource },
): void {
  const { inside, beside } = fitPolicies(derived);
  const of = (name: string) => (name === ownPolicy ? derived.name : `${derived.name}-${name}`);
  for (const [name, document] of Object.entries(inside)) {
    const policy = fillIn(JSON.stringify(document), known);
    new aws.iam.RolePolicy(of(name), { role: role.name, name, policy }, { parent });
  }
  for (const [name, document] of Object.entries(beside)) {
    const policy = new aws.iam.Policy(of(name), { policy: fillIn(JSON.stringify(document), known) }, { parent });
    new aws.iam.RolePolicyAttachment(of(name), { role: role.name, policyArn: policy.arn }, { parent });
  }
}

/** Only a policy that names something unknown becomes unknown itself. */
function fillIn(document: string, known: RolesArgs['known']): pulumi.Input<string> {
  const needed = Object.entries(known).filter(([mark]) => document.includes(mark));
  if (needed.length === 0) return document;
  return pulumi
    .output(Object.fromEntries(needed))
    .apply((found) => Object.entries(found).reduce((text, [mark, arn]) => text.replaceAll(mark, arn), document));
}

function trustPolicy({ trusts }: DerivedRole, accountId: string): object {
  // Lambda's documents do not say whether it names the account when it takes a role; those of the others do.
  const operator = trusts === 'lambda.amazonaws.com' ? 'StringEqualsIfExists' : 'StringEquals';
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: trusts },
        Action: 'sts:AssumeRole',
        Condition: { [operator]: { 'aws:SourceAccount': accountId } },
      },
    ],
  };
}
