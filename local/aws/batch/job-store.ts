import type { JobStatus } from '@aws-sdk/client-batch';
import type { Job } from './job.ts';

/** All jobs since the start; unlike AWS, which forgets them after a week, nothing is dropped. */
export interface JobStore {
  /** Keeps a new job. Children are found by id but are not listed with their queue. */
  add(job: Job): void;
  get(id: string): Job | undefined;
  /** Jobs and array parents of a queue, oldest first. */
  ofQueue(queueArn: string): Job[];
  all(): Iterable<Job>;
  /** Moves a job to its next state and tells `onMove`; the only writer of `status`. */
  move(job: Job, status: JobStatus, reason?: string): void;
}

/** Makes an empty store. `onMove` hears of every state after SUBMITTED. */
export function createJobStore(onMove: (job: Job) => void): JobStore {
  const jobs = new Map<string, Job>();
  const queues = new Map<string, Job[]>();

  return {
    add(job) {
      jobs.set(job.id, job);
      if (job.parent) return;
      const queued = queues.get(job.plan.queueArn) ?? [];
      queued.push(job);
      queues.set(job.plan.queueArn, queued);
    },
    get: (id) => jobs.get(id),
    ofQueue: (queueArn) => queues.get(queueArn) ?? [],
    all: () => jobs.values(),
    move(job, status, reason) {
      const at = Date.now();
      if (job.parent?.array) {
        job.parent.array.counts[job.status] -= 1;
        job.parent.array.counts[status] += 1;
        job.parent.array.countedAt = at;
      }
      job.status = status;
      job.statusReason = reason;
      job.history.push({ at, status });
      onMove(job);
    },
  };
}
