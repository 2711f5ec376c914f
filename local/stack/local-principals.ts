import type { Place } from '../../model/deployed-names.ts';
import { roleArn, workerRoleName } from '../../model/deployed-platform.ts';
import type { Job } from '../../model/job.ts';
import { deriveRights } from '../../rights/derive-rights.ts';
import { policyDocument } from '../../rights/statement.ts';
import type { LocalPrincipal } from '../aws/index.ts';

/** The access key of local mode's worker. */
export function workerAccessKey(place: Place): string {
  return workerRoleName(place, 'all');
}

/**
 * Every role that the jobs need, with its derived rights and an access key that is called like it; and one for the worker
 * of local mode, which has the roles `runs` and `calls` in one process.
 */
export function localPrincipals(place: Place, jobs: readonly Job[]): Record<string, LocalPrincipal> {
  const roles = deriveRights(place, jobs).map(({ name, statements }) => ({
    name,
    principal: { arn: roleArn(place, name), policies: [policyDocument(statements)] },
  }));
  const ofWorkers = ['runs', 'calls'].map((role) => workerRoleName(place, role));
  const worker = {
    arn: roleArn(place, workerAccessKey(place)),
    policies: roles.filter(({ name }) => ofWorkers.includes(name)).flatMap(({ principal }) => principal.policies),
  };
  return {
    ...Object.fromEntries(roles.map(({ name, principal }) => [name, principal])),
    [workerAccessKey(place)]: worker,
  };
}
