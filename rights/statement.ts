/** What a statement may ask of a call beside its action and resource: operator, key, values. */
export type Conditions = Record<string, Record<string, string | string[]>>;

/** One right, as it is derived: what may be done to what, and which jobs need it. */
export interface Statement {
  /** Unique in its role, letters and digits. */
  sid: string;
  actions: string[];
  resources: string[];
  /** Default: none. */
  conditions?: Conditions;
  /** Why it is there: `<job>/<task>`, or what of Nightshift needs it. */
  neededBy: string[];
}

/** An IAM policy as AWS writes it. */
export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: PolicyStatement[];
}

/** A statement of a policy as AWS writes it; a list of one may be written without the brackets. */
export interface PolicyStatement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: string | string[];
  Condition?: Conditions;
}

/** A part of a role's rights that comes and goes by itself. */
export interface NamedPolicy {
  /** Its name in the role. */
  name: string;
  statements: Statement[];
}

/** The policy with what a role may do whatever the jobs are. */
export const ownPolicy = 'derived';

/** The name of the policy with what a job alone needs. */
export function jobPolicy(id: string): string {
  return `${jobPolicies}${id}`;
}

/** What the names of jobs' policies, and of no others, begin with. */
export const jobPolicies = 'job-';

/** A role with what it may do. */
export interface DerivedRole {
  /** Its name in the account, at most 64 characters. */
  name: string;
  /** Who uses it, in words: `task of crawler/crawl`. */
  title: string;
  /** The AWS service that may take it. */
  trusts: 'ecs-tasks.amazonaws.com' | 'codebuild.amazonaws.com' | 'lambda.amazonaws.com';
  statements: Statement[];
}

/** A role whose rights are told apart by what needs them: each job, each kind of task, the role itself. */
export interface RoleInPolicies extends DerivedRole {
  policies: NamedPolicy[];
}

/**
 * Statements of which no two have the same name: what they allow apart, they allow together.
 * @throws Error for two of a name that differ in more than their resources.
 */
export function together(statements: readonly Statement[]): Statement[] {
  const bySid = new Map<string, Statement>();
  for (const statement of statements) {
    const { sid, resources, neededBy } = statement;
    const before = bySid.get(sid) ?? { ...statement, resources: [], neededBy: [] };
    if (asked(before) !== asked(statement)) throw new Error(`Two statements ${sid} of a role allow different things`);
    bySid.set(sid, {
      ...before,
      resources: [...new Set([...before.resources, ...resources])],
      neededBy: [...new Set([...before.neededBy, ...neededBy])],
    });
  }
  return [...bySid.values()];
}

function asked({ actions, conditions }: Statement): string {
  return JSON.stringify([actions, conditions ?? {}]);
}

/** The policy that AWS gets. */
export function policyDocument(statements: readonly Statement[]): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: statements.map(({ sid, actions, resources, conditions }) => ({
      Sid: sid,
      Effect: 'Allow',
      Action: [...actions].sort(),
      Resource: [...resources].sort(),
      ...(conditions === undefined ? {} : { Condition: conditions }),
    })),
  };
}
