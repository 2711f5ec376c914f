import type { Conditions, DerivedRole, Statement } from './statement.ts';

/** One right that one side has and the other has not. */
export interface RightChange {
  change: 'added' | 'removed';
  /** `sns:Publish on arn:...`, with its conditions; or who may take the role. */
  right: string;
  /** Who needs it, or needed it. */
  neededBy: string[];
}

/** What has changed in one role. */
export interface RoleChange {
  role: string;
  changes: RightChange[];
}

/**
 * What roles may do now and could not before, and the other way round, by single rights: how they are put together in
 * statements, and who needs them, is no difference. Roles without a difference are left out.
 */
export function compareRights(before: readonly DerivedRole[], now: readonly DerivedRole[]): RoleChange[] {
  const names = [...new Set([...before, ...now].map(({ name }) => name))].sort();
  return names.flatMap((role) => {
    const [old, present] = [before, now].map((roles) => rightsOf(roles.find(({ name }) => name === role)));
    const changes = [...onlyIn(old, present, 'removed'), ...onlyIn(present, old, 'added')];
    return changes.length === 0 ? [] : [{ role, changes }];
  });
}

/** `if ArnEquals ecs:cluster arn:...`, one text for each condition. */
export function conditionTexts(conditions: Conditions = {}): string[] {
  return Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => `if ${operator} ${key} ${[value].flat().join(' or ')}`),
  );
}

type Rights = ReadonlyMap<string, string[]>;

function rightsOf(role: DerivedRole | undefined): Rights {
  if (role === undefined) return new Map();
  const rights = new Map([[`may be taken by ${role.trusts}`, [role.title]]]);
  for (const statement of role.statements) {
    for (const right of singleRights(statement)) {
      rights.set(right, [...new Set([...(rights.get(right) ?? []), ...statement.neededBy])]);
    }
  }
  return rights;
}

function singleRights({ actions, resources, conditions }: Statement): string[] {
  const conditioned = conditionTexts(conditions).map((text) => ` ${text}`);
  return actions.flatMap((action) => resources.map((resource) => `${action} on ${resource}${conditioned.join('')}`));
}

function onlyIn(one: Rights = new Map(), other: Rights = new Map(), change: RightChange['change']): RightChange[] {
  return [...one].flatMap(([right, neededBy]) => (other.has(right) ? [] : [{ change, right, neededBy }]));
}
