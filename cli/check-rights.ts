import { ConfigError } from '../config/config-error.ts';
import { readPolicy } from '../config/policy-file.ts';
import { readRightsLock, writeRightsLock } from '../config/rights-lock.ts';
import { anyStagePlace, stagePlace } from '../config/stage-place.ts';
import { type Place, stagePrefix } from '../model/deployed-names.ts';
import { workerRoleName } from '../model/deployed-platform.ts';
import { compareRights, type RoleChange } from '../rights/compare-rights.ts';
import { deriveRights } from '../rights/derive-rights.ts';
import { missingRights } from '../rights/missing-rights.ts';
import { type DerivedRole, type PolicyStatement, policyDocument, type Statement } from '../rights/statement.ts';
import { UsageError } from './exit-codes.ts';
import type { OpenProject } from './project.ts';

/** What `nightshift check --rights` was asked for. */
export interface RightsRequest {
  /** Default: placeholders for what differs between the stages. */
  stage?: string | undefined;
  /** Files with policies; together they are what somebody has. */
  policies: string[];
  /** Whose rights the policies are compared with. Default: the workers'. */
  role?: string | undefined;
  /** Whether the present rights become those of this release. */
  accept: boolean;
}

/** What it found. */
export interface RightsCheck {
  /** Null: any, with placeholders. */
  stage: string | null;
  roles: DerivedRole[];
  /** Compared with the last release; null when there is none, or policies were to be compared. */
  difference: RoleChange[] | null;
  accepted: boolean;
  /** What the policies lack; null when none were given. */
  missing: { of: string; statements: PolicyStatement[] } | null;
}

/**
 * The rights of every role, and what they are compared with: policies if there are any, else the last release.
 * @throws ConfigError for a file or a stage; UsageError for a role that there is not.
 */
export async function checkRights(project: OpenProject, request: RightsRequest): Promise<RightsCheck> {
  const { config, directory } = project;
  const { accept, policies, stage } = request;
  const jobs = project.jobs.inOrder();
  const place = stage === undefined ? anyStagePlace(config) : stagePlace(config, stage);
  const check = { stage: stage ?? null, roles: deriveRights(place, jobs), difference: null, accepted: false };
  if (policies.length > 0) {
    const given = await Promise.all(policies.map(readPolicy));
    const { name, statements } = wantedRole(place, check.roles, request.role);
    const lacking = policyDocument(missingRights(statements, given)).Statement;
    return { ...check, missing: { of: name, statements: lacking } };
  }
  const now = deriveRights(anyStagePlace(config), jobs);
  const before = await readRightsLock(directory).catch((error: unknown) => {
    // What is written over need not be readable.
    if (accept && error instanceof ConfigError) return undefined;
    throw error;
  });
  if (accept) await writeRightsLock(directory, now);
  return {
    ...check,
    ...{ accepted: accept, missing: null },
    difference: before === undefined ? null : compareRights(before, now),
  };
}

/** Whether a check of a pull request should stop here. */
export function isRefused({ accepted, difference, missing }: RightsCheck): boolean {
  if (missing !== null) return missing.statements.length > 0;
  return !accepted && difference !== null && difference.length > 0;
}

interface WantedRole {
  name: string;
  statements: Statement[];
}

/** By its name, with or without the beginning that all names have; none named: what all workers may do together. */
function wantedRole(place: Place, roles: readonly DerivedRole[], named: string | undefined): WantedRole {
  const prefix = `${stagePrefix(place)}-`;
  if (named === undefined) {
    const workers = ['runs', 'calls'].map((of) => workerRoleName(place, of));
    const statements = roles.filter(({ name }) => workers.includes(name)).flatMap((role) => role.statements);
    return { name: 'the workers', statements: once(statements) };
  }
  const found = roles.find(({ name }) => name === named || name === `${prefix}${named}`);
  if (found !== undefined) return found;
  const known = roles.map(({ name }) => (name.startsWith(prefix) ? name.slice(prefix.length) : name));
  throw new UsageError(`There is no role "${named}"; write one of ${known.join(', ')}`);
}

/** Workers of both roles have some rights in common. */
function once(statements: readonly Statement[]): Statement[] {
  return [...new Map(statements.map((statement) => [JSON.stringify(statement), statement])).values()];
}
