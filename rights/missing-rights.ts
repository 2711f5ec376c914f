import { allows } from './allows.ts';
import type { Conditions, PolicyDocument, Statement } from './statement.ts';

/**
 * What of the derived rights given policies lack, as the statements to add: of each derived statement the actions and
 * resources that are not allowed. A pattern is tried by one name that fits it, under the statement's own conditions.
 */
export function missingRights(derived: readonly Statement[], policies: readonly PolicyDocument[]): Statement[] {
  return derived.flatMap((statement) => {
    const context = contextOf(statement.conditions ?? {});
    const denied = statement.actions.flatMap((action) =>
      statement.resources
        .filter((resource) => !allows(policies, { action, resource: exampleOf(resource), context }))
        .map((resource) => ({ action, resource })),
    );
    if (denied.length === 0) return [];
    const actions = [...new Set(denied.map(({ action }) => action))];
    const resources = [...new Set(denied.map(({ resource }) => resource))];
    return [{ ...statement, actions, resources }];
  });
}

/** A name that fits the pattern, and no narrower one that leaves something out. */
function exampleOf(pattern: string): string {
  return pattern === '*' ? '*' : pattern.replaceAll('*', '1').replaceAll('?', 'a');
}

/** A call for which the conditions hold. */
function contextOf(conditions: Conditions): Record<string, string> {
  return Object.fromEntries(
    Object.entries(conditions).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, value]) => [
        key,
        operator === 'Null' ? 'any' : exampleOf([value].flat()[0] ?? ''),
      ]),
    ),
  );
}
