import type { CreateJobQueueRequest, DescribeJobQueuesRequest } from '@aws-sdk/client-batch';
import { type Account, arnOf, resourceOf } from '../account.ts';
import { clientException } from '../aws-error.ts';
import type { LocalJobQueue } from '../options.ts';
import { pageOf } from '../paging.ts';

/** A job queue with its one pretended compute environment. */
export interface JobQueue {
  name: string;
  arn: string;
  priority: number;
  state: string;
  /** With fair share. */
  schedulingPolicyArn: string | undefined;
  type: 'ECS_FARGATE' | 'ECS';
  tags: Record<string, string>;
}

/** The job queues. */
export interface JobQueues {
  create(request: CreateJobQueueRequest): object;
  describe(request: DescribeJobQueuesRequest): object;
  /** By name or ARN. Throws ClientException when there is none. */
  get(nameOrArn: string | undefined): JobQueue;
}

/** Makes the queues that exist from the start. */
export function createJobQueues(account: Account, initial: (string | LocalJobQueue)[]): JobQueues {
  const queues = new Map<string, JobQueue>();
  for (const queue of initial) add(initialRequest(account, queue));

  function add(request: CreateJobQueueRequest): JobQueue {
    const name = request.jobQueueName ?? '';
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(name)) throw clientException(`Not a job queue name: ${name}`);
    if (queues.has(name)) throw clientException(`Object already exists: ${name}`);
    const { priority = 1, state = 'ENABLED', tags = {} } = request;
    const { schedulingPolicyArn, jobQueueType = 'ECS_FARGATE' } = request;
    if (jobQueueType !== 'ECS' && jobQueueType !== 'ECS_FARGATE') {
      throw clientException(`The local AWS plays queues of type ECS_FARGATE and ECS, got ${jobQueueType}.`);
    }
    const identity = { name, arn: arnOf(account, 'batch', `job-queue/${name}`) };
    const queue: JobQueue = { ...identity, priority, state, schedulingPolicyArn, type: jobQueueType, tags };
    queues.set(name, queue);
    return queue;
  }

  return {
    create(request) {
      const queue = add(request);
      return { jobQueueName: queue.name, jobQueueArn: queue.arn };
    },
    describe(request) {
      const wanted = request.jobQueues?.map(nameOf);
      const found = [...queues.values()].filter((queue) => wanted === undefined || wanted.includes(queue.name));
      const page = pageOf(found, { size: request.maxResults ?? 100, token: request.nextToken }, (queue) => queue.name);
      if (!page) throw clientException('Invalid nextToken.');
      return { jobQueues: page.items.map((queue) => describe(account, queue)), nextToken: page.nextToken };
    },
    get(nameOrArn) {
      const queue = queues.get(nameOf(nameOrArn ?? ''));
      if (!queue) throw clientException(`JobQueue ${nameOrArn} not found`);
      return queue;
    },
  };
}

function initialRequest(account: Account, queue: string | LocalJobQueue): CreateJobQueueRequest {
  const { fairShare, name, type }: LocalJobQueue = typeof queue === 'string' ? { name: queue } : queue;
  return {
    jobQueueName: name,
    priority: 1,
    computeEnvironmentOrder: [],
    jobQueueType: type === 'EC2' ? 'ECS' : 'ECS_FARGATE',
    ...(fairShare ? { schedulingPolicyArn: arnOf(account, 'batch', `scheduling-policy/${name}`) } : {}),
  };
}

/** The environment in which a queue's jobs run, as AWS_BATCH_CE_NAME tells them. */
export function computeEnvironmentOf(queueName: string): string {
  return `${queueName}-local`;
}

function nameOf(nameOrArn: string): string {
  return resourceOf(nameOrArn).replace(/^job-queue\//, '');
}

function describe(account: Account, queue: JobQueue): object {
  return {
    jobQueueName: queue.name,
    jobQueueArn: queue.arn,
    state: queue.state,
    status: 'VALID',
    statusReason: 'JobQueue Healthy',
    priority: queue.priority,
    jobQueueType: queue.type,
    schedulingPolicyArn: queue.schedulingPolicyArn,
    computeEnvironmentOrder: [
      {
        order: 1,
        computeEnvironment: arnOf(account, 'batch', `compute-environment/${computeEnvironmentOf(queue.name)}`),
      },
    ],
    tags: queue.tags,
  };
}
