import type { BatchGetProjectsInput, CreateProjectInput } from '@aws-sdk/client-codebuild';
import { type Account, arnOf } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import type { LocalBuildProject } from '../options.ts';
import { checkNumber, invalidInput, limits } from './rules.ts';

/** A project: how it was asked for, and where its source is. */
export interface Project {
  name: string;
  arn: string;
  request: CreateProjectInput;
  createdAt: number;
  /** The folder that plays the source; undefined: only an inline buildspec can be run. */
  directory: string | undefined;
  /** How many builds there have been. */
  builds: number;
}

/** All projects. */
export interface Projects {
  create(request: CreateProjectInput): object;
  get(request: BatchGetProjectsInput): object;
  find(name: string): Project | undefined;
}

/** Makes the projects that exist from the start. */
export function createProjects(account: Account, initial: Record<string, LocalBuildProject>): Projects {
  const projects = new Map<string, Project>();

  function add(request: CreateProjectInput, directory: string | undefined): Project {
    const name = request.name ?? '';
    const arn = arnOf(account, 'codebuild', `project/${name}`);
    const project = { name, arn, request, createdAt: Date.now(), directory, builds: 0 };
    projects.set(name, project);
    return project;
  }

  for (const [name, { directory, ...rest }] of Object.entries(initial)) add(requestOf(account, name, rest), directory);
  return {
    find: (name) => projects.get(name.startsWith('arn:') ? name.slice(name.indexOf(':project/') + 9) : name),
    create(request) {
      checkProject(request);
      if (projects.has(request.name ?? '')) {
        throw new AwsError('ResourceAlreadyExistsException', `Project already exists: ${request.name}`);
      }
      return { project: describeProject(add(request, undefined)) };
    },
    get({ names = [] }) {
      if (names.length < 1 || names.length > limits.describedProjects) {
        throw invalidInput(`names takes 1 to ${limits.describedProjects} projects, got ${names.length}`);
      }
      const found = names.flatMap((name) => projects.get(name) ?? []);
      return { projects: found.map(describeProject), projectsNotFound: names.filter((name) => !projects.has(name)) };
    },
  };
}

function requestOf(account: Account, name: string, settings: Omit<LocalBuildProject, 'directory'>): CreateProjectInput {
  return {
    name,
    source: { type: 'NO_SOURCE', ...(settings.buildspec === undefined ? {} : { buildspec: settings.buildspec }) },
    artifacts: { type: 'NO_ARTIFACTS' },
    environment: {
      type: 'LINUX_CONTAINER',
      image: 'aws/codebuild/standard:7.0',
      computeType: 'BUILD_GENERAL1_SMALL',
      environmentVariables: Object.entries(settings.environment ?? {}).map(([key, value]) => ({
        ...{ name: key, value, type: 'PLAINTEXT' as const },
      })),
    },
    serviceRole: settings.serviceRole ?? `arn:aws:iam::${account.id}:role/${name}`,
    ...(settings.concurrentBuildLimit === undefined ? {} : { concurrentBuildLimit: settings.concurrentBuildLimit }),
  };
}

function checkProject(request: CreateProjectInput): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9\-_]{1,149}$/.test(request.name ?? '')) {
    throw invalidInput(`Project name should match [A-Za-z0-9][A-Za-z0-9\\-_]{1,149}, got ${request.name}`);
  }
  if (!request.source?.type) throw invalidInput('Project source type is required');
  if (!request.artifacts?.type) throw invalidInput('Project artifacts type is required');
  if (!request.environment?.image) throw invalidInput('Project environment image is required');
  if (!request.serviceRole) throw invalidInput('Project service role is required');
  if (request.source.type === 'NO_SOURCE' && !request.source.buildspec) {
    throw invalidInput('Project source type NO_SOURCE needs an inline buildspec');
  }
  checkNumber('timeoutInMinutes', request.timeoutInMinutes, limits.timeoutMinutes);
  checkNumber('queuedTimeoutInMinutes', request.queuedTimeoutInMinutes, limits.queuedMinutes);
  checkNumber('autoRetryLimit', request.autoRetryLimit, limits.autoRetries);
  checkNumber('concurrentBuildLimit', request.concurrentBuildLimit, limits.concurrentBuilds);
}

function describeProject({ name, arn, request, createdAt }: Project): object {
  return {
    timeoutInMinutes: limits.defaultTimeoutMinutes,
    queuedTimeoutInMinutes: limits.queuedMinutes.max,
    ...request,
    name,
    arn,
    created: createdAt / 1_000,
    lastModified: createdAt / 1_000,
    badge: { badgeEnabled: false },
    badgeEnabled: undefined,
  };
}
