/** What `runJob` may be told. */
export interface RunJobOptions<I = unknown> {
  /** The business date, `YYYY-MM-DD`. Default: that of this run. */
  date?: string;
  /** The input of the other run, when this call starts it. Default: none. */
  input?: I;
}

/** The result of a job: what its `onSuccess` returns, or else its `run`. */
export type ResultOf<J> = J extends { run: (...args: never[]) => Promise<infer R> }
  ? J extends { onSuccess?: (...args: never[]) => Promise<infer H> }
    ? [H] extends [undefined]
      ? R
      : unknown extends H
        ? R
        : Exclude<H, undefined> | (undefined extends H ? R : never)
    : R
  : unknown;

/** Runs another job, given as the job itself or by its id, and waits for its end. */
export type RunJob = <J extends string | { id: string }>(job: J, options?: RunJobOptions) => Promise<ResultOf<J>>;
