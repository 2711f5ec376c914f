import { createHash } from 'node:crypto';
import {
  jobPolicies,
  type NamedPolicy,
  type PolicyDocument,
  policyDocument,
  type RoleInPolicies,
  type Statement,
  together,
} from '../../rights/statement.ts';

/**
 * Characters that AWS takes in all policies inside a role, and in one beside it; how many may be beside it.
 * Source: IAM quotas: 10,240, 6,144, ten.
 */
const quotas = { inside: 10_240, beside: 6_144, policies: 10 };

/** What a deployment takes away goes last: until then the old policies of some changed jobs are there beside the new ones. */
const roomForChanges = 1_240;

/** The policies of a role, by their names. */
export interface FittedPolicies {
  inside: Record<string, PolicyDocument>;
  beside: Record<string, PolicyDocument>;
}

/**
 * Puts rights into policies of the sizes that AWS takes. While they fit, each job's are a policy inside the role; first
 * the others make room for them, beside it. Those of many jobs go beside it, too, each job always into the same policy:
 * another job changes no other one, and moves no right, which would be missing for a moment.
 * @throws Error when AWS takes no policies for so much.
 */
export function fitPolicies({ policies }: Pick<RoleInPolicies, 'policies'>): FittedPolicies {
  if (fitInside(policies)) return { inside: documentsOf(policies), beside: {} };
  const ofJobs = policies.filter(({ name }) => name.startsWith(jobPolicies));
  const others = policies.filter((policy) => !ofJobs.includes(policy));
  const inside = fitInside(ofJobs) ? ofJobs : [];
  const beside = [...inPolicies(others), ...byJob(inside.length > 0 ? [] : ofJobs)];
  const tooLong = beside.some(({ statements }) => lengthOf(statements) > quotas.beside);
  if (beside.length > quotas.policies || tooLong) {
    const needing = new Set(policies.flatMap(({ statements }) => statements.flatMap(({ neededBy }) => neededBy)));
    throw new Error(
      `The rights of ${needing.size} tasks do not fit the ${quotas.policies} policies of ${quotas.beside} characters that AWS takes for a role; deploy a part of the jobs as another project`,
    );
  }
  return { inside: documentsOf(inside), beside: documentsOf(beside) };
}

function fitInside(policies: readonly NamedPolicy[]): boolean {
  const length = policies.reduce((sum, { statements }) => sum + lengthOf(statements), 0);
  return length <= quotas.inside - roomForChanges;
}

/** By a hash of the job's name: where one goes does not depend on the others. */
function byJob(policies: readonly NamedPolicy[]): NamedPolicy[] {
  const bins = new Map<string, Statement[]>();
  for (const { name, statements } of policies) {
    const [first = 0] = createHash('sha256').update(name).digest();
    const bin = `jobs-${(first % (quotas.policies - 1)) + 1}`;
    bins.set(bin, [...(bins.get(bin) ?? []), ...statements]);
  }
  return [...bins].map(([name, statements]) => ({ name, statements: together(statements) }));
}

/** One statement after the other, each policy as full as it goes. */
function inPolicies(policies: readonly NamedPolicy[]): NamedPolicy[] {
  const filled: Statement[][] = [];
  for (const statement of together(policies.flatMap(({ statements }) => statements)).flatMap(inPieces)) {
    const last = filled.at(-1);
    if (last !== undefined && lengthOf([...last, statement]) <= quotas.beside) last.push(statement);
    else filled.push([statement]);
  }
  return filled.map((part, index) => ({ name: `${index + 1}`, statements: part }));
}

/** A statement that is too long alone, as several with a part of its resources each. */
function inPieces(statement: Statement): Statement[] {
  if (lengthOf([statement]) <= quotas.beside || statement.resources.length < 2) return [statement];
  const half = Math.ceil(statement.resources.length / 2);
  const piece = (resources: string[], mark: string) => ({ ...statement, sid: `${statement.sid}${mark}`, resources });
  return [
    ...inPieces(piece(statement.resources.slice(0, half), 'A')),
    ...inPieces(piece(statement.resources.slice(half), 'B')),
  ];
}

function documentsOf(parts: readonly NamedPolicy[]): Record<string, PolicyDocument> {
  return Object.fromEntries(parts.map(({ name, statements }) => [name, policyDocument(statements)]));
}

function lengthOf(statements: readonly Statement[]): number {
  return JSON.stringify(policyDocument(statements)).length;
}
