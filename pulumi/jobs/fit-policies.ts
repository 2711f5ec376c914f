import { type PolicyDocument, policyDocument, type Statement } from '../../rights/statement.ts';

/** Characters that AWS takes, a little below. Sources: IAM quotas: 10,240 for all policies in a role, 6,144 for one beside it, ten of those. */
const limits = { inline: 10_000, managed: 6_000, policies: 10 };

/** The policies of a role: one inside it while it fits, else several beside it. */
export interface FittedPolicies {
  inline: boolean;
  documents: PolicyDocument[];
}

/**
 * Puts rights into policies of the sizes that AWS takes. Many jobs make the workers' rights long.
 * @throws Error when even ten policies do not hold them.
 */
export function fitPolicies(statements: readonly Statement[]): FittedPolicies {
  const whole = policyDocument(statements);
  if (lengthOf(statements) <= limits.inline) return { inline: true, documents: [whole] };
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
  return { inline: false, documents: filled.map(policyDocument) };
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
