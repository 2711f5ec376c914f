import type { FailureClass } from '../model/failures.ts';
import type { OutputForm } from '../model/task.ts';

/** Names of the tags by which what runs in AWS is led back to its row. */
export const tagNames = {
  attempt: 'nightshift:attempt',
  database: 'nightshift:database',
  /** Where AWS's own listing has no name. */
  name: 'nightshift:name',
} as const;

/** An input that is too long, or too sensitive, for the environment: put there before AWS is asked. */
export interface Upload {
  /** `s3://bucket/key`, or in local mode the path of a file. */
  to: string;
  /** JSON. */
  body: string;
}

interface EveryRequest {
  /** `<config name>-<stage>-<job>-<attempt id>`: by it the thing is found again. */
  name: string;
  logGroup: string;
  tags: Record<string, string>;
  environment: Record<string, string>;
  /** Null: the input is in the environment. */
  upload: Upload | null;
  /** How the result comes back; not sent to AWS. */
  output: OutputForm;
}

/** A job of AWS Batch: single, an array, or of several nodes. */
export interface BatchRequest extends EveryRequest {
  kind: 'batch';
  queue: string;
  /** Job definition ARN with its revision. */
  definition: string;
  /** Shards started by this attempt; null = a single job. */
  size: number | null;
  /** Nodes of a multi-node parallel job; null = not one. */
  nodes: number | null;
  command: string[];
  parameters: Record<string, string>;
  vcpu: number;
  memoryMib: number;
  /** AWS's own limit on the attempt, at least 60 s. Every submit carries one. */
  timeoutSeconds: number;
  /** Batch itself tries failed children again, except after these exit codes; null = it never does. */
  childRetries: { times: number; finalExitCodes: number[] } | null;
  share: { identifier: string; priority: number | null } | null;
}

/** One task of ECS on Fargate. */
export interface EcsRequest extends EveryRequest {
  kind: 'ecs';
  cluster: string;
  /** Task definition ARN with its revision. */
  definition: string;
  /** The container of the definition that does the work. */
  container: string;
  network: { subnets: string[]; securityGroups: string[]; assignPublicIp: boolean };
  command: string[];
  vcpu: number;
  memoryMib: number;
  spot: boolean;
  /** ECS has no limit of its own: the watcher stops the task so long after its start. */
  timeoutSeconds: number;
}

/** One build of CodeBuild. */
export interface CodeBuildRequest extends EveryRequest {
  kind: 'codeBuild';
  project: string;
  /** CodeBuild's own limit, 5 to 2,160. */
  timeoutMinutes: number;
}

/**
 * The complete request for one AWS thing, written to the attempt's row before AWS is called:
 * whoever repeats it sends exactly the same.
 */
export type StartRequest = BatchRequest | EcsRequest | CodeBuildRequest;

/** The services that run one thing for as long as it takes. */
export type ComputeKind = StartRequest['kind'];

/** How one shard of an ended attempt failed. `index` is physical: AWS's own array index, 0 for a single job. */
export interface PhysicalFailure {
  index: number;
  class: FailureClass;
  exitCode: number | null;
  reason: string;
  log: LogStream | null;
}

export interface LogStream {
  group: string;
  stream: string;
}

/** What AWS says of one thing. */
export type Observation =
  /** `queued`: no part of it has begun to start. */
  | { status: 'live'; startedAt: Date | null; queued: boolean }
  | { status: 'ended'; startedAt: Date | null; endedAt: Date; failures: PhysicalFailure[] };

/** A live AWS thing that bears our name prefix, as the sweep sees it. */
export interface Listed {
  externalId: string;
  name: string;
  createdAt: Date;
}

/** One line that a container printed by the contract of `nightshift/container`. */
export interface OutputLine {
  /** Logical shard. */
  shard: number;
  output?: unknown;
  records?: number;
}

/** One log line. */
export interface LogLine {
  at: Date;
  stream: string;
  message: string;
}

/** AWS answered in a way that proves that nothing was made. Any other error of `start` leaves that open. */
export class StartRefused extends Error {
  readonly failureClass: FailureClass;

  constructor(failureClass: FailureClass, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StartRefused';
    this.failureClass = failureClass;
  }
}

/** Which log lines of a job are wanted. */
export interface LogOptions {
  /** AWS's own array index (physical); lines of this child alone. Default: all of them. */
  shardIndex?: number;
  /** Longest list of lines. Default 10 000. */
  limit?: number;
}

/**
 * What the engine and the watcher ask of one AWS service. Each request to AWS gives up after 10 s in all and is never
 * retried here; `start` and `stop` are one request each, the others may need several.
 */
export interface Compute<Request extends StartRequest = StartRequest> {
  /** @throws StartRefused when nothing was made; any other error: unknown. */
  start(request: Request): Promise<string>;
  /** External ids of things that this request has made, in any state. Listing lags: empty is no proof. */
  find(request: Request): Promise<string[]>;
  /** At most 100 ids, one call for all of them. An id that AWS does not know is missing from the answer. */
  describe(externalIds: string[]): Promise<Map<string, Observation>>;
  /** The thing as AWS describes it, as plain JSON; null when AWS does not know it. */
  detail(externalId: string): Promise<Record<string, unknown> | null>;
  /** How it ended by the words of a kept event, for when AWS has forgotten it; null when the event does not say. */
  observeEvent(event: unknown, externalId: string): Observation | null;
  /** Asks AWS to stop it; success for what has ended already. Ended is only what `describe` says. */
  stop(externalId: string, reason: string): Promise<void>;
  /** Live things whose name begins with the prefix. `places`: queues of Batch, clusters of ECS, projects of CodeBuild. */
  list(places: string[], prefix: string): Promise<Listed[]>;
  /** The tags of those that are live, by external id. */
  liveTags(externalIds: string[]): Promise<Map<string, Record<string, string>>>;
  /** The output lines of an attempt since a time, by its id. */
  outputs(logGroup: string, attemptId: string, since: Date): Promise<OutputLine[]>;
  /** All that it printed, by AWS's own array index (0 for a single one); without those that have printed nothing. */
  printed(externalId: string, indexes: number[]): Promise<Map<number, string>>;
  /** The first lines of a job, or of all children of an array, oldest first; empty when nothing was written. */
  logs(externalId: string, options?: LogOptions): Promise<LogLine[]>;
  /** The last lines of a stream, oldest first; empty when the stream is not there yet. */
  logTail(stream: LogStream, lines: number): Promise<string[]>;
}

/** One adapter for each service. */
export type Computes = { [Kind in ComputeKind]: Compute<Extract<StartRequest, { kind: Kind }>> };

/** The adapter that carries out a request of this kind. */
export function computeFor<Request extends StartRequest>(computes: Computes, kind: Request['kind']): Compute<Request> {
  // The table pairs each kind with its own adapter, which the compiler cannot follow through a variable.
  return computes[kind] as unknown as Compute<Request>;
}
