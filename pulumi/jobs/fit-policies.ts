import {
  type NamedPolicy,
  type PolicyDocument,
  policyDocument,
  type RoleInPolicies,
  type Statement,
} from '../../rights/statement.ts';

/** Characters that AWS takes, a little below. Sources: IAM quotas: 10,240 for all policies in a role, 6,144 for one beside it, ten of those. */
const limits = { inline: 10_000, managed: 6_000, policies: 10 };

/** The policies of a role by their names: inside it while they fit, else several beside it. */
export interface FittedPolicies {
  inline: boolean;
  documents: Record<string, PolicyDocument>;
}

/**
 * Puts rights into policies of the sizes that AWS takes. While they fit, what comes and goes with a job is a policy of
 * its own. Many jobs make the workers' rights long: then several share one.
 * @throws Error when even ten policies do not hold them.
 */
export function fitPolicies({ statements, policies }: Pick<RoleInPolicies, 'statements' | 'policies'>): FittedPolicies {
  if (policies.reduce((sum, policy) => sum + lengthOf(policy.statements), 0) <= limits.inline) {
    return { inline: true, documents: documentsOf(policies) };
  }
  const filled: Statement[][] = [];
  for (const statement of statements.flatMap(inPieces)) {
    const last = filled.at(-1);
    if (last !== undefined && lengthOf([...last, statement]) <= limits.managed) last.push(statement);
    else filled.push([statement]);
  }
  if (filled.length > limits.policies) {
    throw new Error(
      `The rights of ${[...new Set(statements.flatMap(({ neededBy }) => neededBy))].length} tasks need ${filled.length} policies, and AWS takes ${limits.policies} for a role; deploy a part of the jobs as another project`,
    );
  }
  return {
    inline: false,
    documents: documentsOf(filled.map((part, index) => ({ name: `${index + 1}`, statements: part }))),
  };
}

function documentsOf(parts: readonly NamedPolicy[]): Record<string, PolicyDocument> {
  return Object.fromEntries(parts.map(({ name, statements }) => [name, policyDocument(statements)]));
}

/** A statement that is too long alone, as several with a part of its resources each. */
function inPieces(statement: Statement): Statement[] {
  if (lengthOf([statement]) <= limits.managed || statement.resources.length < 2) return [statement];
  const half = Math.ceil(statement.resources.length / 2);
  const piece = (resources: string[], mark: string) => ({ ...statement, sid: `${statement.sid}${mark}`, resources });
  return [
    ...inPieces(piece(statement.resources.slice(0, half), 'A')),
    ...inPieces(piece(statement.resources.slice(half), 'B')),
  ];
}

function lengthOf(statements: readonly Statement[]): number {
  return JSON.stringify(policyDocument(statements)).length;
}
