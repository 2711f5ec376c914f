import type {
  CancelJobRequest,
  ContainerProperties,
  CreateJobQueueRequest,
  RegisterJobDefinitionRequest,
  SubmitJobRequest,
  TerminateJobRequest,
} from '@aws-sdk/client-batch';
import type { AskedCall } from '../../../rights/allows.ts';
import { type Account, arnOf } from '../account.ts';
import { type ActionTable, arnFor, ask, type IamFacts, passRoles, row, withoutResource } from './asked.ts';

/** Batch. SubmitJob asks for definition, queue and job, and apart from that for the right to tag them. */
export const batchActions: ActionTable = {
  SubmitJob: row<SubmitJobRequest>(({ jobDefinition, jobQueue, tags }, { account }) => {
    const asked = [definitionArn(account, jobDefinition), queueArn(account, jobQueue)];
    // The job that is to be has no id yet.
    const resources = [...asked, arnOf(account, 'batch', 'job/*')];
    return [...ask('batch:SubmitJob', resources), ...tagging(tags, resources)];
  }),
  DescribeJobs: withoutResource('batch:DescribeJobs'),
  ListJobs: withoutResource('batch:ListJobs'),
  TerminateJob: row<TerminateJobRequest>((request, facts) => onJob('batch:TerminateJob', request.jobId, facts)),
  CancelJob: row<CancelJobRequest>((request, facts) => onJob('batch:CancelJob', request.jobId, facts)),
  RegisterJobDefinition: row<RegisterJobDefinitionRequest>((request, { account }) => {
    const definition = definitionArn(account, request.jobDefinitionName);
    return [
      ...ask('batch:RegisterJobDefinition', [definition]),
      ...passRoles('ecs-tasks.amazonaws.com', containersOf(request).flatMap(rolesOf)),
      ...tagging(request.tags, [definition]),
    ];
  }),
  DescribeJobDefinitions: withoutResource('batch:DescribeJobDefinitions'),
  DeregisterJobDefinition: row<{ jobDefinition?: string }>(({ jobDefinition }, { account }) =>
    ask('batch:DeregisterJobDefinition', [definitionArn(account, jobDefinition)]),
  ),
  CreateJobQueue: row<CreateJobQueueRequest>(({ jobQueueName, tags }, { account }) => {
    const queue = queueArn(account, jobQueueName);
    return [...ask('batch:CreateJobQueue', [queue]), ...tagging(tags, [queue])];
  }),
  DescribeJobQueues: withoutResource('batch:DescribeJobQueues'),
  ListTagsForResource: row<Tagged>(({ resourceArn = '' }) => ask('batch:ListTagsForResource', [resourceArn])),
  TagResource: row<Tagged>(({ resourceArn = '' }) => ask('batch:TagResource', [resourceArn])),
  UntagResource: row<Tagged>(({ resourceArn = '' }) => ask('batch:UntagResource', [resourceArn])),
};

interface Tagged {
  resourceArn?: string;
}

/** A name without a revision stays without one: a policy for `name:*` does not fit it. */
function definitionArn(account: Account, nameOrArn: string | undefined): string {
  return arnFor(account, ['batch', 'job-definition/'], nameOrArn);
}

function queueArn(account: Account, nameOrArn: string | undefined): string {
  return arnFor(account, ['batch', 'job-queue/'], nameOrArn);
}

function tagging(tags: Record<string, string> | undefined, resources: string[]): AskedCall[] {
  return Object.keys(tags ?? {}).length === 0 ? [] : ask('batch:TagResource', resources);
}

function onJob(action: string, jobId = '', { account, jobTags }: IamFacts): AskedCall[] {
  const tags = Object.entries(jobTags(jobId)).map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
  return ask(action, [arnOf(account, 'batch', `job/${jobId}`)], Object.fromEntries(tags));
}

function containersOf(request: RegisterJobDefinitionRequest): (ContainerProperties | undefined)[] {
  const ranges = request.nodeProperties?.nodeRangeProperties ?? [];
  return [request.containerProperties, ...ranges.map(({ container }) => container)];
}

function rolesOf(container: ContainerProperties | undefined): (string | undefined)[] {
  return [container?.jobRoleArn, container?.executionRoleArn];
}
