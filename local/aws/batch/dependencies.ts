import type { JobDependency, SubmitJobRequest } from '@aws-sdk/client-batch';
import { clientException } from '../aws-error.ts';
import { settleParent } from './array.ts';
import { hasEnded, type Job } from './job.ts';
import type { JobStore } from './job-store.ts';
import { limits } from './rules.ts';

/** Jobs that wait for other jobs. */
export interface Dependencies {
  /** Calls `go` when all of these have succeeded, at once if there are none; fails the job when one has failed. */
  hold(job: Job, on: Job[], go: () => void): void;
  /** Tells those that wait for a job that it has ended. */
  tell(ended: Job): void;
}

interface Dependent {
  job: Job;
  left: Set<Job>;
  go(): void;
}

/** What AWS says of a job whose dependency has failed. */
const dependencyFailed = 'Dependent Job failed';

/** Makes an empty set. */
export function createDependencies(store: () => JobStore): Dependencies {
  const dependents = new Map<Job, Dependent[]>();

  /** An array fails with its children. */
  function fail(job: Job): void {
    if (job.array) {
      for (const child of job.array.children) if (!hasEnded(child)) fail(child);
      return;
    }
    job.stoppedAt = Date.now();
    store().move(job, 'FAILED', dependencyFailed);
    settleParent(job, store());
  }

  function settle(dependent: Dependent, ended: Job): void {
    const { job, left } = dependent;
    if (hasEnded(job)) return;
    if (ended.status === 'FAILED') fail(job);
    else if (left.delete(ended) && left.size === 0) dependent.go();
  }

  return {
    hold(job, on, go) {
      if (on.some((other) => other.status === 'FAILED')) return fail(job);
      const left = new Set(on.filter((other) => !hasEnded(other)));
      if (left.size === 0) return go();
      if (job.status === 'SUBMITTED') store().move(job, 'PENDING');
      for (const other of left) dependents.set(other, [...(dependents.get(other) ?? []), { job, left, go }]);
    },
    tell(ended) {
      const told = dependents.get(ended);
      if (!told) return;
      dependents.delete(ended);
      // Not within the move that told of it: a chain of 10,000 children would go as deep.
      setImmediate(() => {
        for (const dependent of told) settle(dependent, ended);
      });
    },
  };
}

/** The jobs that a request names, by type. */
export interface NamedDependencies {
  /** To be waited for as a whole. */
  whole: Job[];
  /** Arrays whose children are waited for one by one. */
  paired: Job[];
  /** Whether each child waits for the one before it. */
  isSequential: boolean;
}

/** Finds the jobs of `dependsOn`. Throws ClientException for what AWS refuses. */
export function namedDependencies(request: SubmitJobRequest, jobs: JobStore): NamedDependencies {
  const { arrayProperties, dependsOn = [] } = request;
  if (dependsOn.length > limits.dependencies) {
    throw clientException(`A job can depend on at most ${limits.dependencies} jobs, got ${dependsOn.length}.`);
  }
  const size = arrayProperties?.size;
  const ofType = (type: JobDependency['type']) => dependsOn.filter((dependency) => dependency.type === type);
  const typed = [...ofType('SEQUENTIAL'), ...ofType('N_TO_N')];
  if (size === undefined && typed.length > 0) {
    throw clientException(`A dependency of type ${typed[0]?.type} needs an array job.`);
  }
  const paired = ofType('N_TO_N').map((dependency) => findJob(dependency, jobs));
  const unlike = paired.find((job) => job.array?.size !== size);
  if (unlike) throw clientException(`N_TO_N needs an array of the same size [job=${unlike.id}, size=${size}].`);
  return {
    whole: dependsOn
      .filter(({ type, jobId }) => type === undefined || (type === 'SEQUENTIAL' && jobId !== undefined))
      .map((one) => findJob(one, jobs)),
    paired,
    isSequential: ofType('SEQUENTIAL').some(({ jobId }) => jobId === undefined),
  };
}

function findJob({ jobId }: JobDependency, jobs: JobStore): Job {
  const job = jobs.get(jobId ?? '');
  if (!job) throw clientException(`The job of a dependency was not found [jobId=${jobId}].`);
  return job;
}
