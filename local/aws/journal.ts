/** One API call, noted when its outcome was known. */
export interface CallEntry {
  kind: 'call';
  /** When the call arrived, in milliseconds since 1970. */
  at: number;
  service: string;
  operation: string;
  /** The request as it was sent; secret values are left out. */
  request: Record<string, unknown>;
  /** `ok`, the name of the error, or `lost` when the work was done and the answer withheld. */
  outcome: string;
  /** Id of the Batch job, or ARN of the ECS task, that was made or meant; of several tasks the first. */
  jobId?: string;
}

/** The start of a task's process. */
export interface StartedEntry {
  kind: 'started';
  at: number;
  pid: number;
  /** Id of the Batch job, ARN of the ECS task. */
  jobId: string;
  /** Name of the Batch job, family of the ECS task. */
  jobName: string;
  /** From 1, as AWS_BATCH_JOB_ATTEMPT. */
  attempt: number;
  /** Index in the array; absent on jobs that are no array children. */
  index?: number;
  /** Name of the container in an ECS task; absent on Batch jobs. */
  container?: string;
  command: string[];
  /** All that the process got, except its secrets. */
  environment: Record<string, string>;
  secretNames: string[];
}

/** The end of a task's process. */
export interface EndedEntry {
  kind: 'ended';
  at: number;
  pid: number;
  jobId: string;
  attempt: number;
  index?: number;
  container?: string;
  exitCode?: number;
  signal?: string;
}

/** One decision about a right: of a call, or of what AWS does by itself with a role. */
export interface CheckedEntry {
  kind: 'checked';
  at: number;
  /** ARN of the role that asked. */
  by: string;
  action: string;
  resource: string;
  allowed: boolean;
}

/** One line of the journal. */
export type JournalEntry = CallEntry | StartedEntry | EndedEntry | CheckedEntry;

/** A process's start and, once there is one, its end. */
export interface JournalProcess {
  started: StartedEntry;
  ended: EndedEntry | undefined;
}

/** What the local AWS was asked and what it ran: what tests and `doctor` judge by. */
export interface Journal {
  /** Everything, oldest first. */
  readonly entries: readonly JournalEntry[];
  /** Calls of one operation, oldest first; all calls without a name. */
  calls(operation?: string): CallEntry[];
  /** Decisions about the rights of those who have any, oldest first. */
  checked(): CheckedEntry[];
  /** Processes in order of start; those of one job (an array parent: of all its children; a multi-node job: of all its nodes) with an id. */
  processes(jobId?: string): JournalProcess[];
  /** Processes that have not ended. */
  running(): StartedEntry[];
}

/** The journal's writing end. */
export interface JournalWriter extends Journal {
  write(entry: JournalEntry): void;
}

/** Makes an empty journal. */
export function createJournal(): JournalWriter {
  const entries: JournalEntry[] = [];
  const isCall = (entry: JournalEntry): entry is CallEntry => entry.kind === 'call';
  const belongsTo = (entry: StartedEntry, jobId: string) =>
    entry.jobId === jobId || entry.jobId.startsWith(`${jobId}:`) || entry.jobId.startsWith(`${jobId}#`);

  function processes(jobId?: string): JournalProcess[] {
    const byStart = new Map<string, JournalProcess>();
    for (const entry of entries) {
      if (entry.kind === 'started' && (jobId === undefined || belongsTo(entry, jobId))) {
        byStart.set(startOf(entry), { started: entry, ended: undefined });
      }
      const process = entry.kind === 'ended' ? byStart.get(startOf(entry)) : undefined;
      if (process && entry.kind === 'ended') process.ended = entry;
    }
    return [...byStart.values()];
  }

  return {
    entries,
    write: (entry) => void entries.push(entry),
    calls: (operation) =>
      entries.filter(isCall).filter((entry) => operation === undefined || entry.operation === operation),
    checked: () => entries.filter((entry) => entry.kind === 'checked'),
    processes,
    running: () =>
      processes()
        .filter((process) => process.ended === undefined)
        .map((process) => process.started),
  };
}

/** Process ids are used again by the system; attempts of a job are not. */
function startOf(entry: StartedEntry | EndedEntry): string {
  return `${entry.jobId}/${entry.attempt}/${entry.container ?? ''}`;
}
