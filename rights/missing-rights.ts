import { allows } from './allows.ts';
import type { Conditions, PolicyDocument, Statement } from './statement.ts';

/**
 * What of the derived rights given policies lack, as the statements to add: of each derived statement the actions and
 * resources that are not allowed. A pattern counts as allowed only when every name that fits it is, and a statement's
 * conditions are taken as met; a policy that asks for more than they do does not allow it.
 */
export function missingRights(derived: readonly Statement[], policies: readonly PolicyDocument[]): Statement[] {
  return derived.flatMap((statement) => {
    const context = contextOf(statement.conditions ?? {});
    const isAllowed = (action: string, pattern: string) =>
      examplesOf(pattern).every((resource) => allows(policies, { action, resource, context }));
    const denied = statement.actions.flatMap((action) =>
      statement.resources.filter((resource) => !isAllowed(action, resource)).map((resource) => ({ action, resource })),
    );
    if (denied.length === 0) return [];
    const actions = [...new Set(denied.map(({ action }) => action))];
    const resources = [...new Set(denied.map(({ resource }) => resource))];
    return [{ ...statement, actions, resources }];
  });
}

/** No name in a policy has these characters, so that only its own `*` and `?` fit them. */
const [anyText, anyCharacter] = ['\u0001', '\u0002'];

/** Two names that fit the pattern: what allows both, the short one and the long one, has a `*` where the pattern has one. */
function examplesOf(pattern: string): string[] {
  if (pattern === '*') return ['*'];
  const known = pattern.replaceAll('?', anyCharacter);
  return [...new Set([known.replaceAll('*', anyText), known.replaceAll('*', anyText.repeat(200))])];
}

/** A call for which the conditions hold. */
function contextOf(conditions: Conditions): Record<string, string> {
  return Object.fromEntries(
    Object.entries(conditions).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, value]) => [
        key,
        operator === 'Null' ? anyText : (examplesOf([value].flat()[0] ?? '')[0] ?? ''),
      ]),
    ),
  );
}
