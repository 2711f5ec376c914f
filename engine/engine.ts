import type { Compute } from '../compute/port.ts';
import type { Job } from '../model/job.ts';
import type { Timings } from '../model/timings.ts';
import type { Database } from '../store/database.ts';

/** What the moves need; put together by whoever wires (workers/, cli/, tests). */
export interface Engine {
  db: Database;
  jobs: JobList;
  project: Project;
  timings: Timings;
  log: Log;
}

/** What starting and looking at work in AWS needs on top: only workers have it. */
export interface WorkerEngine extends Engine {
  compute: Compute;
  resources: BatchResources;
  /** This process, in claims. Unique. */
  owner: string;
  /** Of the row in `meta`; tags what we start in AWS. */
  databaseId: string;
}

/** The jobs that exist, as the moves look them up. */
export interface JobList {
  /** @throws when there is no such job; the message names the closest ids. */
  get(id: string): Job;
  /** Jobs that name this one in `after`. */
  successorsOf(id: string): Job[];
  /** All jobs, each after its prerequisites. */
  inOrder(): Job[];
}

export interface Project {
  /** The configuration's `name`. */
  name: string;
  stage: string;
  timezone: string;
}

/** Names of the AWS side, from the resources file. */
export interface BatchResources {
  region: string;
  batch: {
    queues: { onDemand: string; spot: string };
    /** `<job>/<task>` to its job definition. */
    definitions: Record<string, { arn: string; logGroup: string }>;
  };
}

/** An event name and a record. */
export interface Log {
  info(event: string, record?: Record<string, unknown>): void;
  warn(event: string, record?: Record<string, unknown>): void;
  error(event: string, record?: Record<string, unknown>): void;
}

/** What somebody asked for cannot be done; the message says what, and what to do. Nothing was changed. */
export class Refused extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Refused';
  }
}
