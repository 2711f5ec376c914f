import { hasEnded, type Job } from './job.ts';
import type { JobStore } from './job-store.ts';
import { createWaitingLine } from './waiting-line.ts';

/** Gives waiting jobs their vCPUs, first come first served over all queues but for the priorities within a share. */
export interface Scheduler {
  /** Moves a job to RUNNABLE and lets it wait for its vCPUs. */
  enqueue(job: Job): void;
  /** Starts nothing any more. */
  stop(): void;
}

/** What a scheduler works with. */
export interface Scheduling {
  jobs: JobStore;
  maxVcpus: number;
  /** Runs one attempt; resolves when its vCPUs are free again. */
  runAttempt(job: Job): Promise<void>;
}

/** Makes a scheduler with nothing waiting. */
export function createScheduler({ jobs, maxVcpus, runAttempt }: Scheduling): Scheduler {
  const line = createWaitingLine();
  let free = maxVcpus;
  let isStopped = false;

  /** A job that asks for more than there is would wait for ever on AWS; here it runs alone. */
  const needOf = (job: Job) => Math.min(job.plan.vcpus, maxVcpus);

  function startWhatFits(): void {
    for (let job = line.first(); job && !isStopped; job = line.first()) {
      if (!hasEnded(job) && needOf(job) > free) return;
      line.shift();
      if (!hasEnded(job)) start(job);
    }
  }

  function start(job: Job): void {
    free -= needOf(job);
    void runAttempt(job).finally(() => {
      free += needOf(job);
      startWhatFits();
    });
  }

  return {
    enqueue(job) {
      if (isStopped) return;
      jobs.move(job, 'RUNNABLE', job.statusReason);
      line.add(job);
      startWhatFits();
    },
    stop() {
      isStopped = true;
    },
  };
}
