import type { RunError, ShardFailure } from './failures.ts';
import type { RunStatus, StopReason } from './run-states.ts';

/** How an attempt ended, as its run is told. */
export type AttemptEnd = { attemptId: string; stepKey: string } & (
  | { status: 'succeeded'; outputs: unknown[] | null }
  | { status: 'stopped' }
  | {
      status: 'failed';
      failures: ShardFailure[];
      externalId: string | null;
      logTail: string[];
      log?: { group: string; stream: string };
    }
);

/** The one signal that a waiting run gets: all that is new for it. */
export interface Wake {
  /** The run's row when this was sent. */
  status: RunStatus;
  /** Why the run is to stop; null while it is not. */
  stop: StopReason | null;
  /** Attempts whose work may still be running. */
  live: number;
  /** Attempts that ended and that the run has not been told of. Outputs above 4 KB are null: read them. */
  ended: AttemptEnd[];
  /** Ids of the runs that it waits for by `runJob` and that have ended. Absent when there are none. */
  others?: string[];
}

/** The name of the wake signal. */
export const wakeSignal = 'wake';

/** What came of a job's `onFailure`. */
export type Handled = { result: unknown } | { error: RunError };

/** How an execution ended, as the workflow tells closeRun. */
export type Outcome =
  | { status: 'succeeded'; result: unknown }
  | { status: 'failed'; reason: StopReason; error: RunError };
