import type {
  JobStatus,
  JobSummary,
  KeyValuesPair,
  ListJobsRequest,
  NodePropertiesSummary,
} from '@aws-sdk/client-batch';
import { clientException } from '../aws-error.ts';
import { pageOf } from '../paging.ts';
import { hasEnded, type Job } from './job.ts';
import type { JobStore } from './job-store.ts';
import type { JobQueues } from './queues.ts';

/** What listing reads. */
export interface Listing {
  jobs: JobStore;
  queues: JobQueues;
  /** How old the picture is that ListJobs shows. */
  lagMs(): number;
}

const statuses = new Set<string>(['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING', 'SUCCEEDED', 'FAILED']);
const pageSizes = { filtered: 100, byStatus: 1_000 };

/** ListJobs: jobs and array parents of a queue, newest first, or children of an array or nodes of a job by index. Throws ClientException. */
export function listJobs(listing: Listing, request: ListJobsRequest): object {
  const filter = checkListing(request);
  const wantedStatus = request.jobStatus ?? 'RUNNING';
  const seenUntil = Date.now() - listing.lagMs();
  const summaries = candidates(listing, request).flatMap((job) => {
    const status = statusAt(job, seenUntil);
    if (status === undefined) return [];
    const isWanted = filter ? matchesFilter(job, filter) : status === wantedStatus;
    return isWanted ? [summarize(job, status)] : [];
  });

  const most = filter ? pageSizes.filtered : pageSizes.byStatus;
  const size = Math.min(request.maxResults ?? most, most);
  const page = pageOf(summaries, { size, token: request.nextToken }, (summary) => summary.jobId ?? '');
  if (!page) throw clientException('Invalid nextToken.');
  return { jobSummaryList: page.items, nextToken: page.nextToken };
}

interface Filter {
  name: string;
  values: string[];
}

function checkListing(request: ListJobsRequest): Filter | undefined {
  const places = [request.jobQueue, request.arrayJobId, request.multiNodeJobId];
  if (places.filter((place) => place !== undefined).length !== 1) {
    throw clientException('Exactly one of jobQueue, arrayJobId and multiNodeJobId must be given.');
  }
  if (request.jobStatus !== undefined && !statuses.has(request.jobStatus)) {
    throw clientException(`Not a job status: ${request.jobStatus}`);
  }
  if (request.maxResults !== undefined && request.maxResults < 1)
    throw clientException('maxResults must be at least 1.');
  const filters = request.filters ?? [];
  if (filters.length > 1) throw clientException('Only one filter can be used at a time.');
  const [filter] = filters;
  return filter && checkFilter(filter);
}

function checkFilter(filter: KeyValuesPair): Filter {
  const { name = '', values = [] } = filter;
  if (!['JOB_NAME', 'JOB_DEFINITION', 'BEFORE_CREATED_AT', 'AFTER_CREATED_AT'].includes(name)) {
    throw clientException(`Not a filter that the local AWS plays: ${name}`);
  }
  if (values.length === 0) throw clientException(`The filter ${name} has no values.`);
  return { name, values };
}

function candidates(listing: Listing, request: ListJobsRequest): Job[] {
  const { arrayJobId, multiNodeJobId } = request;
  if (arrayJobId === undefined && multiNodeJobId === undefined) {
    return listing.jobs.ofQueue(listing.queues.get(request.jobQueue).arn).toReversed();
  }
  // A filter never matches a child.
  if (request.filters && request.filters.length > 0) return [];
  if (arrayJobId !== undefined) return listing.jobs.get(arrayJobId)?.array?.children ?? [];
  return listing.jobs.get(multiNodeJobId ?? '')?.nodes?.jobs ?? [];
}

/** The state in which the job was then; undefined before it was submitted. */
function statusAt(job: Job, at: number): JobStatus | undefined {
  return job.history.findLast((step) => step.at <= at)?.status;
}

function matchesFilter(job: Job, filter: Filter): boolean {
  return filter.values.some((value) => {
    switch (filter.name) {
      case 'JOB_NAME':
        return matchesText(job.name.toLowerCase(), value.toLowerCase());
      case 'JOB_DEFINITION':
        return value.startsWith('arn:')
          ? job.plan.definition.arn === value
          : matchesText(job.plan.definition.name, value);
      case 'BEFORE_CREATED_AT':
        return job.createdAt < Number(value);
      default:
        return job.createdAt > Number(value);
    }
  });
}

function matchesText(text: string, pattern: string): boolean {
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

function summarize(job: Job, status: JobStatus): JobSummary {
  const isCurrent = status === job.status;
  const isStarted = isCurrent || status === 'RUNNING';
  return {
    jobArn: job.arn,
    jobId: job.id,
    jobName: job.name,
    createdAt: job.createdAt,
    status,
    statusReason: isCurrent ? job.statusReason : undefined,
    startedAt: isStarted ? job.startedAt : undefined,
    stoppedAt: isCurrent ? job.stoppedAt : undefined,
    container: isCurrent && hasEnded(job) ? { exitCode: job.outcome.exitCode, reason: job.outcome.reason } : {},
    arrayProperties: arrayOf(job),
    nodeProperties: nodeOf(job),
    jobDefinition: job.plan.definition.arn,
  };
}

function arrayOf(job: Job): { size: number } | { index: number } | undefined {
  if (job.index !== undefined) return { index: job.index };
  return job.array && { size: job.array.size };
}

function nodeOf({ node, parent }: Job): NodePropertiesSummary | undefined {
  const numNodes = parent?.nodes?.properties.numNodes;
  return node && { nodeIndex: node.index, isMainNode: node.isMain, numNodes };
}
