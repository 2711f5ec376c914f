import type {
  CancelJobRequest,
  CreateJobQueueRequest,
  DescribeJobDefinitionsRequest,
  DescribeJobQueuesRequest,
  DescribeJobsRequest,
  ListJobsRequest,
  RegisterJobDefinitionRequest,
  SubmitJobRequest,
  TerminateJobRequest,
} from '@aws-sdk/client-batch';
import type { LocalAwsOptions } from '../options.ts';
import { type Operation, operation, type Service } from '../service.ts';
import { settleParent } from './array.ts';
import { createJobDefinitions } from './definitions.ts';
import { createDependencies } from './dependencies.ts';
import { describeJobs } from './describe-jobs.ts';
import { createJobEvents, type JobEventRule } from './events.ts';
import { hasEnded, type Job } from './job.ts';
import { createJobStore, type JobStore } from './job-store.ts';
import { listJobs } from './list-jobs.ts';
import { createNodeRunner } from './multi-node.ts';
import { createJobQueues } from './queues.ts';
import { createRunner, type Running } from './runner.ts';
import { createScheduler } from './scheduler.ts';
import { submitJob } from './submit-job.ts';
import { createTagging } from './tagging.ts';
import { cancelJob, terminateJob } from './terminate-job.ts';

/** What Batch is made from. */
export interface BatchSurroundings {
  jobQueues: LocalAwsOptions['jobQueues'];
  maxVcpus: number;
  running: Omit<Running, 'onStarting' | 'onRunning' | 'onAttemptEnd'>;
  events: JobEventRule;
}

/** AWS Batch. */
export interface Batch {
  service: Service;
  /** How many jobs there are in each state, array parents and children included. */
  counts(): Record<string, number>;
  /** The tags of a job; none of one that is not there. */
  tagsOf(jobId: string): Record<string, string>;
  /** Kills all tasks and resolves when they are gone. */
  stop(): Promise<void>;
}

/** Makes Batch with its queues. */
export function createBatch(from: BatchSurroundings): Batch {
  const parts = createParts(from);
  return {
    service: {
      name: 'batch',
      operations: createOperations(parts),
      troubles: {
        throttled: { code: 'TooManyRequestsException', status: 429 },
        failed: { code: 'ServerException', status: 500 },
        denied: { code: 'AccessDeniedException', status: 403 },
      },
    },
    counts() {
      const counts: Record<string, number> = {};
      for (const { status } of parts.jobs.all()) counts[status] = (counts[status] ?? 0) + 1;
      return counts;
    },
    tagsOf: (jobId) => parts.jobs.get(jobId)?.plan.tags ?? {},
    async stop() {
      parts.scheduler.stop();
      await parts.runner.stop();
    },
  };
}

function createParts(from: BatchSurroundings) {
  const { account, misbehaviour } = from.running;
  const tell = createJobEvents(from.events);
  const dependencies = createDependencies(() => jobs);
  const jobs: JobStore = createJobStore((job) => {
    tell(job);
    if (hasEnded(job)) dependencies.tell(job);
  });
  const queues = createJobQueues(account, from.jobQueues);
  const definitions = createJobDefinitions(account);
  const runner = createRunner({
    ...from.running,
    onStarting(job) {
      jobs.move(job, 'STARTING');
      nodes.follow(job);
    },
    onRunning(job) {
      jobs.move(job, 'RUNNING');
      nodes.follow(job);
    },
    onAttemptEnd(job, next, end) {
      if (job.node) {
        nodes.onNodeEnd(job, next, end);
        return;
      }
      if (next === 'retried') {
        job.endRequest = undefined;
        job.statusReason = end.statusReason;
        scheduler.enqueue(job);
        return;
      }
      jobs.move(job, next === 'succeeded' ? 'SUCCEEDED' : 'FAILED', end.statusReason);
      settleParent(job, jobs);
    },
  });
  const nodes = createNodeRunner(() => ({ jobs, runner, scheduler }));
  const runAttempt = (job: Job) => (job.nodes ? nodes.run(job) : runner.run(job));
  const scheduler = createScheduler({ jobs, maxVcpus: from.maxVcpus, runAttempt });
  return { account, dependencies, misbehaviour, jobs, queues, definitions, runner, scheduler };
}

function createOperations(parts: ReturnType<typeof createParts>): Record<string, Operation> {
  const { jobs, queues, definitions, misbehaviour } = parts;
  const listing = { jobs, queues, lagMs: () => misbehaviour.settings.listingLagMs };
  return {
    SubmitJob: operation<SubmitJobRequest>((request, call) => submitJob(parts, request, call)),
    DescribeJobs: operation<DescribeJobsRequest>((request) => describeJobs(jobs, request)),
    ListJobs: operation<ListJobsRequest>((request) => listJobs(listing, request)),
    TerminateJob: operation<TerminateJobRequest>((request) => terminateJob(parts, request)),
    CancelJob: operation<CancelJobRequest>((request) => cancelJob(parts, request)),
    RegisterJobDefinition: operation<RegisterJobDefinitionRequest>(definitions.register),
    DescribeJobDefinitions: operation<DescribeJobDefinitionsRequest>(definitions.describe),
    DeregisterJobDefinition: operation<{ jobDefinition?: string }>(definitions.deregister),
    CreateJobQueue: operation<CreateJobQueueRequest>(queues.create),
    DescribeJobQueues: operation<DescribeJobQueuesRequest>(queues.describe),
    ...createTagging({ jobs, queues, definitions }),
  };
}
