import { CancellationScope } from '@temporalio/workflow';

/** A part of a run that `withLock` is around. */
export interface LockPart {
  readonly lock: string;
  readonly around: LockPart | null;
  /** Steps that were called in it and have not settled. */
  readonly open: Set<string>;
}

/**
 * A part is a cancellation scope: the sandbox carries the scope along through everything that the part's code awaits,
 * and lets go of it when the workflow ends.
 */
const parts = new WeakMap<CancellationScope, LockPart>();

/** The innermost part whose code is running; null outside of every `withLock`. */
export function currentPart(): LockPart | null {
  let scope: CancellationScope | undefined = CancellationScope.current();
  for (; scope !== undefined; scope = scope.parent) {
    const part = parts.get(scope);
    if (part !== undefined) return part;
  }
  return null;
}

/** Runs the work as a part inside the current one. */
export function inPart<T>(part: LockPart, work: () => Promise<T>): Promise<T> {
  const scope = new CancellationScope({ cancellable: true });
  parts.set(scope, part);
  return scope.run(work);
}

/** The locks of `withLock` around the running code, in the order in which they were taken. */
export function currentLocks(): string[] {
  return around(currentPart()).map((part) => part.lock);
}

/** Notes a step in every part around it until the returned function is called. */
export function enterParts(stepKey: string): () => void {
  const all = around(currentPart());
  for (const part of all) part.open.add(stepKey);
  return () => {
    for (const part of all) part.open.delete(stepKey);
  };
}

function around(part: LockPart | null): LockPart[] {
  return part === null ? [] : [...around(part.around), part];
}
