/** How the branches of a `parallel` go on when one of them fails, and how many run at a time. */
export interface ParallelOptions {
  /** `'wait'`: the other branches go on to their ends (default). `'cancel'`: their work is stopped, and what has not begun does not begin. */
  onFailure?: 'wait' | 'cancel';
  /** Branches at a time, begun in the order of the record; 1 or more. Default: all. */
  limit?: number;
}

/** The branches of a `parallel` by name: letters, digits, `-`, `_`. Functions, so that `limit` and `'cancel'` can hold them back. */
export type Branches = Record<string, () => Promise<unknown>>;

/** What each branch gave, by its name. */
export type BranchResults<B extends Branches> = { [K in keyof B]: Awaited<ReturnType<B[K]>> };

/** Runs branches side by side; throws one failure that names every branch that failed. */
export type Parallel = <B extends Branches>(branches: B, options?: ParallelOptions) => Promise<BranchResults<B>>;
