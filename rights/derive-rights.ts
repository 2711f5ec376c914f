import { type DeployedTask, type Place, tasksOf } from '../model/deployed-names.ts';
import { ownNames, platformNames, roleName, workerRoleName } from '../model/deployed-platform.ts';
import type { Job } from '../model/job.ts';
import { executionRights, secretArns, startRights, writeLogs } from './execution-rights.ts';
import { type DerivedRole, type NamedPolicy, ownPolicy, type RoleInPolicies, together } from './statement.ts';
import { taskRights } from './task-rights.ts';
import { callsPolicies, runsPolicies } from './worker-rights.ts';

/** Where the workers' own log lines go. */
export function workerLogGroup({ project, stage }: Pick<Place, 'project' | 'stage'>): string {
  return `/nightshift/${project}-${stage}/${ownNames.worker}`;
}

/** Where in the stage's bucket the source of a build's app lies. */
export function sourcePrefix(app: string): string {
  return `sources/${app}/`;
}

/**
 * Every role that the jobs need in a place, with exactly what each may do, and nothing else: two for each task in a
 * container (what its program may do, and what AWS may do to start it), one for each build and function, one for each
 * role of the workers, and the one that starts the workers' containers. In the order of their names.
 */
export function deriveRights(place: Place, jobs: readonly Job[]): DerivedRole[] {
  return deriveRoles(place, jobs).map(({ policies: _, ...role }) => role);
}

/** The same, with what comes and goes with a job apart. */
export function deriveRoles(place: Place, jobs: readonly Job[]): RoleInPolicies[] {
  const ofTasks = [
    ...tasksOf(jobs, place, 'batch').flatMap((task) => containerRoles(place, task)),
    ...tasksOf(jobs, place, 'ecs').flatMap((task) => containerRoles(place, task)),
    ...tasksOf(jobs, place, 'codeBuild').map((task) => buildRole(place, task)),
    ...tasksOf(jobs, place, 'lambda').map((task) => functionRole(place, task)),
    workerStart(place),
  ].map((role) => ({ ...role, policies: [{ name: ownPolicy, statements: role.statements }] }));
  return [...ofTasks, ...workerRoles(place, jobs)].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function containerRoles(place: Place, task: DeployedTask<'batch'> | DeployedTask<'ecs'>): DerivedRole[] {
  const trusts = 'ecs-tasks.amazonaws.com';
  return [
    {
      name: roleName(task.fullName, 'task'),
      title: `task of ${task.key}`,
      trusts,
      statements: taskRights(place, task),
    },
    {
      ...{ name: roleName(task.fullName, 'execution'), title: `start of ${task.key}`, trusts },
      statements: executionRights(place, task),
    },
  ];
}

function buildRole(place: Place, task: DeployedTask<'codeBuild'>): DerivedRole {
  const { options } = task.task;
  const source = `arn:aws:s3:::${platformNames(place).bucket}/${sourcePrefix(options.app)}*`;
  const secrets = secretArns(place, options.secrets);
  const neededBy = [task.key];
  return {
    ...{ name: roleName(task.fullName, 'build'), title: `build of ${task.key}`, trusts: 'codebuild.amazonaws.com' },
    statements: [
      { sid: 'ReadSource', actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: [source], neededBy },
      writeLogs(place, task.logGroup, task.key),
      ...(secrets.length === 0
        ? []
        : [{ sid: 'InjectSecrets', actions: ['secretsmanager:GetSecretValue'], resources: secrets, neededBy }]),
      ...taskRights(place, task),
    ],
  };
}

function functionRole(place: Place, task: DeployedTask<'lambda'>): DerivedRole {
  return {
    ...{ name: roleName(task.fullName, 'function'), title: `function of ${task.key}`, trusts: 'lambda.amazonaws.com' },
    statements: [writeLogs(place, task.logGroup, task.key), ...taskRights(place, task)],
  };
}

function workerRoles(place: Place, jobs: readonly Job[]): RoleInPolicies[] {
  const role = (of: string, title: string, policies: NamedPolicy[]): RoleInPolicies => ({
    ...{ name: workerRoleName(place, of), title, trusts: 'ecs-tasks.amazonaws.com', policies },
    statements: together(policies.flatMap(({ statements }) => statements)),
  });
  return [
    role('runs', 'workers with the role runs', runsPolicies(place, jobs)),
    role('calls', 'workers with the role calls', callsPolicies(place, jobs)),
  ];
}

function workerStart(place: Place): DerivedRole {
  return {
    name: workerRoleName(place, 'execution'),
    ...{ title: 'start of the workers', trusts: 'ecs-tasks.amazonaws.com' },
    statements: startRights(place, {
      ...{ app: ownNames.worker, logGroup: workerLogGroup(place), neededBy: 'the worker' },
      secrets: place.existing.workerSecrets ?? [],
    }),
  };
}
