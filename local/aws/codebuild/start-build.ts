import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { EnvironmentVariable, StartBuildInput } from '@aws-sdk/client-codebuild';
import { type Account, arnOf } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import { type Build, type BuildVariable, enterPhase } from './build.ts';
import type { Project, Projects } from './projects.ts';
import { checkNumber, invalidInput, limits, notFound } from './rules.ts';

/** What starting builds works on. */
export interface Starting {
  account: Account;
  projects: Projects;
  builds: Map<string, Build>;
  /** What was asked for under each idempotency token. */
  tokens: Map<string, { request: StartBuildInput; build: Build; at: number }>;
  tokenMs: number;
  /** Runs a new build. */
  run(build: Build): void;
}

/** Starts a build, or finds the one that the same token has started. */
export function startBuild(starting: Starting, request: StartBuildInput): Build {
  const project = starting.projects.find(request.projectName ?? '');
  if (!project) throw notFound(`Project cannot be found for ${request.projectName}`);
  checkRequest(request);
  const known = buildOfToken(starting, request);
  if (known) return known;
  refuseTooMany(starting, project);
  const build = newBuild(starting.account, project, request);
  starting.builds.set(build.id, build);
  if (request.idempotencyToken) starting.tokens.set(request.idempotencyToken, { request, build, at: Date.now() });
  starting.run(build);
  return build;
}

/** What CodeBuild does by itself with a failed build that has retries left. */
export function startAgain(starting: Starting, failed: Build): void {
  const { idempotencyToken: _, ...request } = failed.request;
  const build = newBuild(starting.account, failed.project, request);
  build.retry = { ...failed.retry, number: failed.retry.number + 1, previous: failed.arn, next: undefined };
  failed.retry.next = build.arn;
  starting.builds.set(build.id, build);
  starting.run(build);
}

function checkRequest(request: StartBuildInput): void {
  checkNumber('timeoutInMinutesOverride', request.timeoutInMinutesOverride, limits.timeoutMinutes);
  checkNumber('queuedTimeoutInMinutesOverride', request.queuedTimeoutInMinutesOverride, limits.queuedMinutes);
  checkNumber('autoRetryLimitOverride', request.autoRetryLimitOverride, limits.autoRetries);
  for (const { name, type } of request.environmentVariablesOverride ?? []) {
    if (!name) throw invalidInput('Environment variable name must not be empty');
    if (type === 'PARAMETER_STORE') throw invalidInput(`The local AWS has no parameter store, for ${name}`);
  }
}

function buildOfToken({ tokens, tokenMs }: Starting, request: StartBuildInput): Build | undefined {
  const known = tokens.get(request.idempotencyToken ?? '');
  if (!known || Date.now() - known.at >= tokenMs) return undefined;
  if (isDeepStrictEqual(known.request, request)) return known.build;
  throw invalidInput(`Idempotency token ${request.idempotencyToken} was used with other parameters`);
}

function refuseTooMany({ builds }: Starting, project: Project): void {
  const limit = project.request.concurrentBuildLimit;
  if (limit === undefined) return;
  const open = [...builds.values()].filter((build) => build.project === project && build.endedAt === undefined).length;
  if (open < limit) return;
  throw new AwsError(
    'AccountLimitExceededException',
    `Cannot have more than ${limit} builds in progress for the project ${project.name}`,
  );
}

function newBuild(account: Account, project: Project, request: StartBuildInput): Build {
  project.builds += 1;
  const id = `${project.name}:${randomUUID()}`;
  const defaults = project.request;
  const build: Build = {
    id,
    arn: arnOf(account, 'codebuild', `build/${id}`),
    number: project.builds,
    project,
    request,
    variables: mergeVariables(defaults.environment?.environmentVariables, request.environmentVariablesOverride),
    timeoutMinutes: request.timeoutInMinutesOverride ?? defaults.timeoutInMinutes ?? limits.defaultTimeoutMinutes,
    queuedTimeoutMinutes:
      request.queuedTimeoutInMinutesOverride ?? defaults.queuedTimeoutInMinutes ?? limits.queuedMinutes.max,
    retry: {
      limit: request.autoRetryLimitOverride ?? defaults.autoRetryLimit ?? 0,
      ...{ number: 0, previous: undefined, next: undefined },
    },
    startedAt: Date.now(),
    endedAt: undefined,
    status: 'IN_PROGRESS',
    phases: [],
    end: undefined,
    logStreamName: undefined,
    exported: [],
  };
  enterPhase(build, 'SUBMITTED');
  return build;
}

function mergeVariables(defined: EnvironmentVariable[] = [], overrides: EnvironmentVariable[] = []): BuildVariable[] {
  const overridden = new Set(overrides.map(({ name }) => name));
  return [...defined.filter(({ name }) => !overridden.has(name)), ...overrides].map(({ name, value, type }) => ({
    name: name ?? '',
    value: value ?? '',
    type: type ?? 'PLAINTEXT',
  }));
}
