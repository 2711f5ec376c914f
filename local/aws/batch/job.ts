import type {
  AttemptDetail,
  ContainerProperties,
  JobStatus,
  RetryStrategy,
  SubmitJobRequest,
} from '@aws-sdk/client-batch';
import type { JobDefinition } from './definitions.ts';

/** Why a job is to end although its process has not: the first reason wins. */
export interface EndRequest {
  by: 'terminate' | 'cancel' | 'timeout' | 'spot' | 'memory';
  reason: string;
}

/** What the container of the newest attempt did. */
export interface ContainerOutcome {
  taskArn?: string | undefined;
  logStreamName?: string | undefined;
  exitCode?: number | undefined;
  /** At most 255 characters. */
  reason?: string | undefined;
}

/** What children of an array share, and what single jobs have of their own: the request merged over the definition. */
export interface JobPlan {
  queueName: string;
  queueArn: string;
  definition: JobDefinition;
  request: SubmitJobRequest;
  container: ContainerProperties;
  parameters: Record<string, string>;
  tags: Record<string, string>;
  retryStrategy: RetryStrategy;
  /** Seconds from the start of an attempt; undefined: no limit. */
  timeoutSeconds: number | undefined;
  vcpus: number;
  /** Share identifier, on a queue with fair share. */
  share: string | undefined;
  /** Higher goes first within a share. */
  priority: number;
}

/** The array of a parent. */
export interface ArrayState {
  size: number;
  children: Job[];
  counts: Record<JobStatus, number>;
  countedAt: number;
}

/** A job, an array parent, or an array's child. */
export interface Job {
  id: string;
  arn: string;
  name: string;
  plan: JobPlan;
  createdAt: number;
  startedAt: number | undefined;
  stoppedAt: number | undefined;
  status: JobStatus;
  statusReason: string | undefined;
  /** All states with the time at which they began; ListJobs shows them late when told to. */
  history: { at: number; status: JobStatus }[];
  attempts: AttemptDetail[];
  outcome: ContainerOutcome;
  endRequest: EndRequest | undefined;
  /** On a parent. */
  array: ArrayState | undefined;
  /** On a child. */
  parent: Job | undefined;
  index: number | undefined;
}

/** Makes a job in SUBMITTED. */
export function newJob(
  identity: Pick<Job, 'id' | 'arn' | 'name' | 'plan'>,
  place?: { parent: Job; index: number },
): Job {
  const createdAt = Date.now();
  return {
    ...identity,
    createdAt,
    startedAt: undefined,
    stoppedAt: undefined,
    status: 'SUBMITTED',
    statusReason: undefined,
    history: [{ at: createdAt, status: 'SUBMITTED' }],
    attempts: [],
    outcome: {},
    endRequest: undefined,
    array: undefined,
    parent: place?.parent,
    index: place?.index,
  };
}

/** True once the job's state is final. */
export function hasEnded(job: Job): boolean {
  return job.status === 'SUCCEEDED' || job.status === 'FAILED';
}
