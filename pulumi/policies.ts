/** A resource as a program asks for it, as far as the rules look at it. */
export interface AskedResource {
  /** `aws:iam/role:Role`. */
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

/** One rule that every deployment keeps. */
export interface Policy {
  /** What is kept, in words. */
  rule: string;
  /** The types that it looks at. */
  types: string[];
  /** What is wrong with one; null when nothing is. */
  problem(resource: AskedResource, all: readonly AskedResource[]): string | null;
}

interface Statement {
  Effect?: string;
  Action?: string | string[];
  Resource?: string | string[];
  Principal?: unknown;
  Condition?: Record<string, unknown>;
}

/** The rules. */
export const policies: readonly Policy[] = [
  {
    rule: 'nobody passes any role on, or does everything',
    types: ['aws:iam/rolePolicy:RolePolicy', 'aws:iam/policy:Policy'],
    problem: ({ inputs }) => {
      const bad = statementsOf(inputs.policy).find((statement) => isAllowed(statement) && isTooWide(statement));
      return bad === undefined ? null : `allows ${JSON.stringify(bad.Action)} on ${JSON.stringify(bad.Resource)}`;
    },
  },
  {
    rule: 'a role is taken for this account alone',
    types: ['aws:iam/role:Role'],
    problem: ({ inputs }) =>
      statementsOf(inputs.assumeRolePolicy).every(({ Condition }) =>
        JSON.stringify(Condition ?? {}).includes('aws:SourceAccount'),
      )
        ? null
        : 'its trust names no account',
  },
  {
    rule: 'nobody from outside the VPC reaches the database or Temporal',
    types: ['aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule'],
    problem: ({ inputs }) =>
      inputs.cidrIpv4 === '0.0.0.0/0' || inputs.cidrIpv6 !== undefined ? 'lets everybody in' : null,
  },
  {
    rule: 'the database is encrypted, private and takes TLS only; its password is nowhere in the state',
    types: ['aws:rds/instance:Instance'],
    problem: ({ inputs }, all) => {
      if (inputs.storageEncrypted !== true) return 'is not encrypted';
      if (inputs.publiclyAccessible !== false) return 'is public';
      if (inputs.password !== undefined || inputs.manageMasterUserPassword !== true)
        return 'has a password in the state';
      return all.some(
        ({ type, inputs: other }) =>
          type.startsWith('aws:rds/parameterGroup:') && JSON.stringify(other).includes('rds.force_ssl'),
      )
        ? null
        : 'takes connections without TLS';
    },
  },
  {
    rule: 'containers have no public address',
    types: ['aws:ecs/service:Service'],
    problem: ({ inputs }) =>
      JSON.stringify(inputs.networkConfiguration ?? {}).includes('"assignPublicIp":false')
        ? null
        : 'gets a public address',
  },
  {
    rule: 'buckets are encrypted and closed to the public',
    types: ['aws:s3/bucket:Bucket'],
    problem: ({ name }, all) => {
      const has = (type: string) =>
        all.some((other) => other.type.startsWith(`aws:s3/${type}:`) && other.name === name);
      if (!has('bucketPublicAccessBlock')) return 'has no public access block';
      return has('bucketServerSideEncryptionConfiguration') ? null : 'has no encryption';
    },
  },
  {
    rule: 'queues are encrypted',
    types: ['aws:sqs/queue:Queue'],
    problem: ({ inputs }) => (inputs.sqsManagedSseEnabled === true ? null : 'is not encrypted'),
  },
  {
    rule: 'log lines are kept for a known time',
    types: ['aws:cloudwatch/logGroup:LogGroup'],
    problem: ({ inputs }) => (typeof inputs.retentionInDays === 'number' ? null : 'keeps its lines for ever'),
  },
  {
    rule: 'images do not change under their tag',
    types: ['aws:ecr/repository:Repository'],
    problem: ({ inputs }) => (inputs.imageTagMutability === 'IMMUTABLE' ? null : 'lets tags be moved'),
  },
  {
    rule: 'what AWS starts is known by its digest, and a revision in use is not taken away',
    types: ['aws:batch/jobDefinition:JobDefinition', 'aws:ecs/taskDefinition:TaskDefinition'],
    problem: ({ inputs }) => {
      const container = String(inputs.containerProperties ?? inputs.nodeProperties ?? inputs.containerDefinitions);
      if (!/"image":"[^"@]+@sha256:/.test(container)) return 'names an image without its digest';
      return inputs.deregisterOnNewRevision === false || inputs.skipDestroy === true
        ? null
        : 'takes its old revision away';
    },
  },
];

/** What is wrong with resources by these rules, each as `<type> <name>: <problem> (<rule>)`. */
export function policyProblems(resources: readonly AskedResource[]): string[] {
  return policies.flatMap(({ rule, types, problem }) =>
    resources
      .filter(({ type }) => types.includes(type))
      .flatMap((resource) => {
        const found = problem(resource, resources);
        return found === null ? [] : [`${resource.type} ${resource.name}: ${found} (${rule})`];
      }),
  );
}

function statementsOf(policy: unknown): Statement[] {
  const document = JSON.parse(String(policy)) as { Statement: Statement | Statement[] };
  return [document.Statement].flat();
}

function isAllowed({ Effect }: Statement): boolean {
  return Effect === 'Allow';
}

/** `*` as an action, and a role to pass on that is not named. */
function isTooWide({ Action = [], Resource = [] }: Statement): boolean {
  const actions = [Action].flat();
  const passes = actions.some((action) => action.toLowerCase() === 'iam:passrole');
  return (
    actions.some((action) => /^(\*|[a-z0-9-]+:\*)$/i.test(action)) ||
    (passes && [Resource].flat().some((arn) => arn.includes('*')))
  );
}
