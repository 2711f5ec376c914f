import type { FailureClass } from '../model/failures.ts';

/** Names of the tags by which what runs in AWS is led back to its row. */
export const tagNames = { attempt: 'nightshift:attempt', database: 'nightshift:database' } as const;

/**
 * The complete request for one AWS thing, written to the attempt's row before AWS is called:
 * whoever repeats it sends exactly the same.
 */
export interface StartRequest {
  kind: 'batch';
  /** `<config name>-<stage>-<job>-<attempt id>`: by it the thing is found again. */
  name: string;
  queue: string;
  /** Job definition ARN with its revision. */
  definition: string;
  logGroup: string;
  tags: Record<string, string>;
  /** Shards started by this attempt; null = a single job. */
  size: number | null;
  command: string[];
  environment: Record<string, string>;
  vcpu: number;
  memoryMib: number;
  /** AWS's own limit on the attempt, at least 60 s. Every submit carries one. */
  timeoutSeconds: number;
  /** How the result comes back; not sent to AWS. */
  output: 'none' | 'line';
}

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
  | { status: 'live'; startedAt: Date | null }
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
export interface Compute {
  /** @throws StartRefused when nothing was made; any other error: unknown. */
  start(request: StartRequest): Promise<string>;
  /** External ids of things with this name and `nightshift:attempt` tag, in any state. Listing lags: empty is no proof. */
  find(request: StartRequest): Promise<string[]>;
  /** At most 100 ids, one call for all of them. An id that AWS does not know is missing from the answer. */
  describe(externalIds: string[]): Promise<Map<string, Observation>>;
  /** How it ended by the words of a kept event, for when AWS has forgotten it; null when the event does not say. */
  observeEvent(event: unknown, externalId: string): Observation | null;
  /** Asks AWS to stop it; success for what has ended already. Ended is only what `describe` says. */
  stop(externalId: string, reason: string): Promise<void>;
  /** Live things of these queues whose name begins with the prefix. */
  list(queues: string[], prefix: string): Promise<Listed[]>;
  /** The tags of those that are live, by external id. */
  liveTags(externalIds: string[]): Promise<Map<string, Record<string, string>>>;
  /** The output lines of an attempt since a time, by its id. */
  outputs(logGroup: string, attemptId: string, since: Date): Promise<OutputLine[]>;
  /** The first lines of a job, or of all children of an array, oldest first; empty when nothing was written. */
  logs(externalId: string, options?: LogOptions): Promise<LogLine[]>;
  /** The last lines of a stream, oldest first; empty when the stream is not there yet. */
  logTail(stream: LogStream, lines: number): Promise<string[]>;
}
