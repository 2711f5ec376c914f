import type { ArrayPropertiesDetail, ContainerDetail, DescribeJobsRequest, JobDetail } from '@aws-sdk/client-batch';
import { clientException } from '../aws-error.ts';
import type { Job } from './job.ts';
import type { JobStore } from './job-store.ts';
import { limits } from './rules.ts';

/** DescribeJobs: ids that are unknown are left out. Throws ClientException for more than 100. */
export function describeJobs(jobs: JobStore, request: DescribeJobsRequest): { jobs: JobDetail[] } {
  const ids = request.jobs ?? [];
  if (ids.length > limits.describedJobs) {
    throw clientException(`jobs must have length less than or equal to ${limits.describedJobs}, got ${ids.length}.`);
  }
  return { jobs: ids.flatMap((id) => jobs.get(id) ?? []).map(describeJob) };
}

/** A job as DescribeJobs and the events show it. */
export function describeJob(job: Job): JobDetail {
  const { definition, queueArn, request, retryStrategy, timeoutSeconds } = job.plan;
  return {
    jobArn: job.arn,
    jobName: job.name,
    jobId: job.id,
    jobQueue: queueArn,
    status: job.status,
    statusReason: job.statusReason,
    attempts: job.attempts,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    stoppedAt: job.stoppedAt,
    retryStrategy: { attempts: retryStrategy.attempts ?? 1, evaluateOnExit: retryStrategy.evaluateOnExit ?? [] },
    dependsOn: request.dependsOn ?? [],
    shareIdentifier: job.plan.share,
    schedulingPriority: job.plan.share === undefined ? undefined : job.plan.priority,
    jobDefinition: definition.arn,
    parameters: job.plan.parameters,
    container: describeContainer(job),
    arrayProperties: describeArray(job),
    // An array has no time limit, only its children have.
    timeout: timeoutSeconds === undefined || job.array ? undefined : { attemptDurationSeconds: timeoutSeconds },
    tags: job.plan.tags,
    propagateTags: request.propagateTags ?? definition.request.propagateTags,
    platformCapabilities: definition.request.platformCapabilities,
    isCancelled: job.endRequest?.by === 'cancel',
    isTerminated: job.endRequest?.by === 'terminate',
  };
}

function describeContainer(job: Job): ContainerDetail {
  const { container } = job.plan;
  return {
    image: container.image,
    command: container.command ?? [],
    jobRoleArn: container.jobRoleArn,
    executionRoleArn: container.executionRoleArn,
    volumes: [],
    environment: container.environment ?? [],
    mountPoints: [],
    ulimits: [],
    networkInterfaces: [],
    resourceRequirements: container.resourceRequirements ?? [],
    secrets: container.secrets ?? [],
    logConfiguration: container.logConfiguration,
    networkConfiguration: container.networkConfiguration,
    fargatePlatformConfiguration: container.fargatePlatformConfiguration,
    ephemeralStorage: container.ephemeralStorage,
    runtimePlatform: container.runtimePlatform,
    ...job.outcome,
  };
}

function describeArray(job: Job): ArrayPropertiesDetail | undefined {
  if (job.index !== undefined) return { index: job.index };
  if (!job.array) return undefined;
  const { counts, countedAt, size } = job.array;
  return { size, statusSummary: { ...counts }, statusSummaryLastUpdatedAt: countedAt };
}
