import type { Computes, EcsRequest, Upload } from '../compute/port.ts';
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
  computes: Computes;
  /** Puts an input where its pointer says. @throws StartRefused */
  putInput: (upload: Upload) => Promise<void>;
  /** What is deployed now: it changes while a worker runs. */
  resources: () => AwsResources;
  /** This process, in claims. Unique. */
  owner: string;
  /** Of the workflow bundle that this worker serves. */
  bundleHash: string;
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

/** Names of the AWS side, from the resources files. Keys of the records: `<job>/<task>`. */
export interface AwsResources {
  region: string;
  batch: {
    /** The stage's own two, and those that the configuration names. */
    queues: { onDemand: string; spot: string; [named: string]: string };
    definitions: Record<string, { arn: string; logGroup: string }>;
  };
  ecs?:
    | {
        cluster: string;
        network: EcsRequest['network'];
        definitions: Record<string, { arn: string; container: string; logGroup: string }>;
      }
    | undefined;
  codeBuild?: { projects: Record<string, { name: string; logGroup: string }> } | undefined;
  lambda?: { functions: Record<string, { name: string }> } | undefined;
  /** Where inputs lie that do not fit the environment. */
  inputs?: { bucket: string } | { folder: string } | undefined;
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
