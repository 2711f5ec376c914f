import type { Place } from '../../model/deployed-names.ts';
import { workerRoleName } from '../../model/deployed-platform.ts';
import type { Job } from '../../model/job.ts';
import { deriveRights } from '../../rights/derive-rights.ts';
import type { DerivedRole } from '../../rights/statement.ts';

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
): DerivedRole[] {
  const existing = { ...place.existing, databaseSecret: databaseSecretMark, workerSecrets };
  const derived = deriveRights({ ...place, existing }, jobs);
  if (split) return derived;
  const calls = derived.find(({ name }) => name === workerRoleName(place, 'calls'));
  return derived
    .filter((role) => role !== calls)
    .map((role) => (role.name === workerRoleName(place, 'runs') && calls !== undefined ? bothOf(role, calls) : role));
}

function bothOf(runs: DerivedRole, calls: DerivedRole): DerivedRole {
  const added = calls.statements.filter(({ sid }) => runs.statements.every((other) => other.sid !== sid));
  return { ...runs, title: 'workers', statements: [...runs.statements, ...added] };
}
