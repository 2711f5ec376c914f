import type {
  DescribeTaskDefinitionRequest,
  ListTaskDefinitionsRequest,
  RegisterTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';
import { type Account, arnOf, resourceOf } from '../account.ts';
import { pageOf } from '../paging.ts';
import { checkDefinition } from './check-definition.ts';
import type { FargateSize } from './fargate-sizes.ts';
import { clientException, invalidParameter } from './refusals.ts';
import { tagList, tagRecord } from './tag-list.ts';

/** One revision of a family. */
export interface TaskDefinition {
  family: string;
  revision: number;
  arn: string;
  status: 'ACTIVE' | 'INACTIVE';
  request: RegisterTaskDefinitionRequest;
  /** Undefined when it is not for Fargate. */
  size: FargateSize | undefined;
  tags: Record<string, string>;
  registeredAt: number;
  deregisteredAt: number | undefined;
}

/** The families with all of their revisions. */
export interface TaskDefinitions {
  register(request: RegisterTaskDefinitionRequest): object;
  describe(request: DescribeTaskDefinitionRequest): object;
  list(request: ListTaskDefinitionsRequest): object;
  /** Makes a revision INACTIVE; tasks that run are left alone. */
  deregister(request: { taskDefinition?: string | undefined }): object;
  /** By `family:revision`, ARN, or family alone, which means the newest active revision. */
  find(reference: string | undefined): TaskDefinition | undefined;
}

/** Makes an empty set. */
export function createTaskDefinitions(account: Account): TaskDefinitions {
  const families = new Map<string, TaskDefinition[]>();

  function find(reference = ''): TaskDefinition | undefined {
    const { family, revision } = parseReference(reference);
    const known = families.get(family) ?? [];
    if (revision === undefined) return known.findLast((definition) => definition.status === 'ACTIVE');
    return known.find((definition) => definition.revision === revision);
  }

  return {
    find,
    register(request) {
      const { family, size } = checkDefinition(request);
      const known = families.get(family) ?? [];
      const revision = known.length + 1;
      const arn = arnOf(account, 'ecs', `task-definition/${family}:${revision}`);
      const identity = { family, revision, arn, size, tags: tagRecord(request.tags) };
      const times = { registeredAt: Date.now(), deregisteredAt: undefined };
      const definition: TaskDefinition = { ...identity, ...times, status: 'ACTIVE', request };
      families.set(family, [...known, definition]);
      return { taskDefinition: describe(definition), tags: tagList(definition.tags) };
    },
    describe(request) {
      const definition = find(request.taskDefinition);
      if (!definition) throw clientException('Unable to describe task definition.');
      const tags = request.include?.includes('TAGS') ? { tags: tagList(definition.tags) } : {};
      return { taskDefinition: describe(definition), ...tags };
    },
    list: (request) => listPage([...families.values()].flat(), request),
    deregister({ taskDefinition: reference = '' }) {
      const { revision } = parseReference(reference);
      if (revision === undefined) throw clientException('A revision must be given, as in family:1.');
      const definition = find(reference);
      if (!definition) throw clientException('The specified task definition does not exist.');
      definition.status = 'INACTIVE';
      definition.deregisteredAt ??= Date.now();
      return { taskDefinition: describe(definition) };
    },
  };
}

/** `build`, `build:3`, `arn:aws:ecs:ap-northeast-1:000000000000:task-definition/build:3` */
function parseReference(reference: string): { family: string; revision: number | undefined } {
  const [family = '', revision] = resourceOf(reference)
    .replace(/^task-definition\//, '')
    .split(':');
  return { family, revision: revision === undefined ? undefined : Number(revision) };
}

function listPage(all: TaskDefinition[], request: ListTaskDefinitionsRequest): object {
  const { familyPrefix, status = 'ACTIVE', sort = 'ASC' } = request;
  // As on AWS, the "prefix" is the whole name of a family.
  const asked = all
    .filter((definition) => definition.status === status)
    .filter((definition) => familyPrefix === undefined || definition.family === familyPrefix)
    .sort((left, right) => (left.family < right.family ? -1 : left.family > right.family ? 1 : 0));
  if (sort === 'DESC') asked.reverse();
  const size = Math.min(request.maxResults ?? 100, 100);
  const page = pageOf(asked, { size, token: request.nextToken }, (definition) => definition.arn);
  if (!page) throw invalidParameter('Invalid token.');
  return { taskDefinitionArns: page.items.map((definition) => definition.arn), nextToken: page.nextToken };
}

function describe(definition: TaskDefinition): object {
  const { tags: _, containerDefinitions = [], ...request } = definition.request;
  const { registeredAt, deregisteredAt } = definition;
  return {
    ...request,
    ...definition.size,
    containerDefinitions: containerDefinitions.map((container) => ({ essential: true, ...container })),
    taskDefinitionArn: definition.arn,
    revision: definition.revision,
    status: definition.status,
    volumes: request.volumes ?? [],
    placementConstraints: [],
    compatibilities: definition.size === undefined ? ['EC2'] : ['EC2', 'FARGATE'],
    registeredAt: registeredAt / 1_000,
    ...(deregisteredAt === undefined ? {} : { deregisteredAt: deregisteredAt / 1_000 }),
  };
}
