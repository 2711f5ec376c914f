import type { JobSummary } from '@aws-sdk/client-batch';
import { classify } from '../failure-classes.ts';
import type { Observation, PhysicalFailure } from '../port.ts';
import type { BatchClients } from './clients.ts';
import { describeJobs, type Job } from './describe-jobs.ts';
import { dateOrNull, failureOf, hasEnded } from './job-facts.ts';
import { listJobs } from './list-jobs.ts';

/**
 * How the children of an ended array ended. The parent's own counts are a snapshot, and listing lags, so neither can
 * prove a failure or its absence: the listing only saves us from describing children that have succeeded (they stay
 * so), and every other child is described by its id.
 */
export async function observeEndedArray(clients: BatchClients, parent: Job, size: number): Promise<Observation> {
  const listed = await listJobs(clients, { arrayJobId: parent.jobId, jobStatus: 'SUCCEEDED' });
  const succeeded = new Set(listed.filter(isSuccess).map((child) => child.jobId));
  const open = Array.from({ length: size }, (_, index) => ({ index, jobId: `${parent.jobId}:${index}` })).filter(
    ({ jobId }) => !succeeded.has(jobId),
  );
  const jobs = await describeJobs(
    clients,
    open.map(({ jobId }) => jobId),
  );
  const startedAt = dateOrNull(parent.startedAt);
  const children = [...jobs.values()];
  // A child that AWS still calls live may still be working, whatever the parent says.
  if (children.some((child) => !hasEnded(child))) return { status: 'live', startedAt, queued: false };

  const failures = open.flatMap(({ index, jobId }) => childFailure(jobs.get(jobId), parent, index) ?? []);
  const own = failures.length === 0 ? failureOf(parent, 0) : null;
  return { status: 'ended', startedAt, endedAt: endOf(parent, children), failures: own === null ? failures : [own] };
}

/** A success that Spot did not fake; the others are described as failures are. */
function isSuccess({ statusReason = '', container }: JobSummary): boolean {
  const containerReason = container?.reason ?? '';
  return classify({ succeeded: true, statusReason, containerReason, exitCode: null, stopped: false }) === null;
}

/** An array that failed before its children were made speaks for them. */
function childFailure(child: Job | undefined, parent: Job, index: number): PhysicalFailure | null {
  return failureOf(child ?? parent, index);
}

function endOf(parent: Job, children: Job[]): Date {
  const stopped = parent.stoppedAt ?? Math.max(...children.map((child) => child.stoppedAt ?? 0), 0);
  return stopped > 0 ? new Date(stopped) : new Date();
}
