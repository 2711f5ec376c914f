import type {
  ContainerProperties,
  DescribeJobDefinitionsRequest,
  JobDefinition as JobDefinitionShape,
  RegisterJobDefinitionRequest,
} from '@aws-sdk/client-batch';
import { type Account, arnOf, resourceOf } from '../account.ts';
import { clientException } from '../aws-error.ts';
import { pageOf } from '../paging.ts';
import type { Call } from '../service.ts';
import { checkEnvironment, checkName, checkRetryStrategy, checkTags, checkTimeout, limits } from './rules.ts';
import { checkPriority } from './share-rules.ts';

/** One revision of a job definition. */
export interface JobDefinition {
  name: string;
  revision: number;
  arn: string;
  status: 'ACTIVE' | 'INACTIVE';
  container: ContainerProperties;
  request: RegisterJobDefinitionRequest;
  tags: Record<string, string>;
}

/** The job definitions with all of their revisions. */
export interface JobDefinitions {
  register(request: RegisterJobDefinitionRequest, call: Pick<Call, 'bodyBytes'>): object;
  describe(request: DescribeJobDefinitionsRequest): object;
  /** Makes a revision INACTIVE; jobs that run are left alone. */
  deregister(request: { jobDefinition?: string | undefined }): object;
  /** By `name:revision`, ARN, or name alone, which means the newest active revision. Throws ClientException. */
  get(reference: string | undefined): JobDefinition;
}

/** Makes an empty set. */
export function createJobDefinitions(account: Account): JobDefinitions {
  const revisions = new Map<string, JobDefinition[]>();

  function find(reference: string): JobDefinition | undefined {
    const { name, revision } = parseReference(reference);
    const known = revisions.get(name) ?? [];
    if (revision === undefined) return known.findLast((definition) => definition.status === 'ACTIVE');
    return known.find((definition) => definition.revision === revision);
  }

  return {
    register(request, call) {
      const container = checkDefinition(request, call);
      const name = request.jobDefinitionName ?? '';
      const known = revisions.get(name) ?? [];
      const revision = known.length + 1;
      const arn = arnOf(account, 'batch', `job-definition/${name}:${revision}`);
      known.push({ name, revision, arn, status: 'ACTIVE', container, request, tags: { ...request.tags } });
      revisions.set(name, known);
      return { jobDefinitionName: name, jobDefinitionArn: arn, revision };
    },
    describe: (request) =>
      describePage(
        [...revisions.values()].flatMap((known) => known.toReversed()),
        request,
      ),
    deregister(request) {
      const definition = find(request.jobDefinition ?? '');
      if (definition) definition.status = 'INACTIVE';
      return {};
    },
    get(reference) {
      const definition = find(reference ?? '');
      if (!definition) throw clientException(`JobDefinition ${reference} not found`);
      if (definition.status === 'INACTIVE') throw clientException(`JobDefinition ${reference} is not ACTIVE`);
      return definition;
    },
  };
}

/** `score`, `score:3`, `arn:aws:batch:ap-northeast-1:000000000000:job-definition/score:3` */
function parseReference(reference: string): { name: string; revision: number | undefined } {
  const [name = '', revision] = resourceOf(reference)
    .replace(/^job-definition\//, '')
    .split(':');
  return { name, revision: revision === undefined ? undefined : Number(revision) };
}

function checkDefinition(request: RegisterJobDefinitionRequest, call: Pick<Call, 'bodyBytes'>): ContainerProperties {
  checkName('jobDefinitionName', request.jobDefinitionName);
  if (call.bodyBytes > limits.definitionBytes) {
    throw clientException(`Job definition must be at most ${limits.definitionBytes} bytes, got ${call.bodyBytes}.`);
  }
  const { containerProperties: container } = request;
  if (request.type !== 'container' || !container) {
    throw clientException(
      `The local AWS plays definitions of type container with containerProperties, got type ${request.type}.`,
    );
  }
  if (!container.image) throw clientException('containerProperties.image must not be empty.');
  checkEnvironment(container.environment);
  checkTimeout(request.timeout);
  checkRetryStrategy(request.retryStrategy);
  checkTags(request.tags);
  checkPriority('schedulingPriority', request.schedulingPriority);
  return container;
}

function describePage(all: JobDefinition[], request: DescribeJobDefinitionsRequest): object {
  const asked = all.filter((definition) => isAskedFor(definition, request));
  const size = Math.min(request.maxResults ?? 100, 100);
  const page = pageOf(asked, { size, token: request.nextToken }, (definition) => definition.arn);
  if (!page) throw clientException('Invalid nextToken.');
  return { jobDefinitions: page.items.map(describe), nextToken: page.nextToken };
}

function isAskedFor(definition: JobDefinition, request: DescribeJobDefinitionsRequest): boolean {
  const { jobDefinitions, jobDefinitionName, status } = request;
  if (status !== undefined && definition.status !== status) return false;
  if (jobDefinitionName !== undefined && definition.name !== jobDefinitionName) return false;
  if (jobDefinitions === undefined || jobDefinitions.length === 0) return true;
  return jobDefinitions.some((reference) => {
    const { name, revision } = parseReference(reference);
    return name === definition.name && (revision === undefined || revision === definition.revision);
  });
}

function describe(definition: JobDefinition): JobDefinitionShape {
  const { request } = definition;
  return {
    jobDefinitionName: definition.name,
    jobDefinitionArn: definition.arn,
    revision: definition.revision,
    status: definition.status,
    type: 'container',
    containerProperties: definition.container,
    parameters: request.parameters ?? {},
    retryStrategy: request.retryStrategy,
    timeout: request.timeout,
    propagateTags: request.propagateTags,
    platformCapabilities: request.platformCapabilities,
    schedulingPriority: request.schedulingPriority,
    tags: definition.tags,
    containerOrchestrationType: 'ECS',
  };
}
