import type { Place } from '../../model/deployed-names.ts';
import { workerRoleName } from '../../model/deployed-platform.ts';
import type { Job } from '../../model/job.ts';
import { deriveRoles } from '../../rights/derive-rights.ts';
import { type RoleInPolicies, together } from '../../rights/statement.ts';

/** Stands in the rights for the ARN of the secret that RDS makes. */
export const databaseSecretMark = 'arn:aws:secretsmanager:the-database';

/**
 * The roles that a stage makes. When one worker service does both halves of the work, its role has the rights of both,
 * and there is no other.
 */
export function stageRoles(
  place: Place,
  jobs: readonly Job[],
  { split, workerSecrets }: { split: boolean; workerSecrets: string[] },
): RoleInPolicies[] {
  const existing = { ...place.existing, databaseSecret: databaseSecretMark, workerSecrets };
  const derived = deriveRoles({ ...place, existing }, jobs);
  if (split) return derived;
  const calls = derived.find(({ name }) => name === workerRoleName(place, 'calls'));
  return derived
    .filter((role) => role !== calls)
    .map((role) => (role.name === workerRoleName(place, 'runs') && calls !== undefined ? bothOf(role, calls) : role));
}

function bothOf(runs: RoleInPolicies, calls: RoleInPolicies): RoleInPolicies {
  const all = [runs, calls].flatMap(({ policies }) => policies);
  const policies = [...new Set(all.map(({ name }) => name))].map((name) => ({
    name,
    statements: together(all.filter((one) => one.name === name).flatMap(({ statements }) => statements)),
  }));
  return { ...runs, title: 'workers', policies, statements: together([...runs.statements, ...calls.statements]) };
}
