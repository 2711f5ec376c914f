/**
 * A job that must have succeeded first: by its id, for the same run key; or, between jobs by date and by instant or in
 * different zones, for the whole business date.
 */
export type After = string | AfterDay;

/** A prerequisite by business date. */
export interface AfterDay {
  /** Its id. */
  job: string;
  /** A run by date waits for all instants that the prerequisite's schedule has for this business date; a run by instant for the prerequisite's run of its business date. */
  covers: 'day';
}

/** The job's id of an entry of `after`. */
export function prerequisiteId(after: After): string {
  return typeof after === 'string' ? after : after.job;
}
