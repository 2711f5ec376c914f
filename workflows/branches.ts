import { CancellationScope } from '@temporalio/workflow';

/** A named part of a run: one branch of a `parallel`, or a handler. */
export interface Branch {
  /** Names from the outermost branch to this one, with `/`; empty for the run itself. */
  readonly path: string;
  readonly parent: Branch | null;
  /** Its work is being stopped, since another branch failed. */
  stopped: boolean;
}

const trunk: Branch = { path: '', parent: null, stopped: false };

/**
 * A branch is a cancellation scope: the sandbox carries the scope along (by `AsyncLocalStorage`) through everything
 * that the branch's code awaits, and lets go of it when the workflow ends, which a storage of our own would not.
 */
const branches = new WeakMap<CancellationScope, Branch>();

/** The branch whose code is running. */
export function currentBranch(): Branch {
  let scope: CancellationScope | undefined = CancellationScope.current();
  for (; scope !== undefined; scope = scope.parent) {
    const branch = branches.get(scope);
    if (branch !== undefined) return branch;
  }
  return trunk;
}

/** A branch inside the current one, and the scope to run and to cancel it in. */
export function openBranch(name: string): { branch: Branch; scope: CancellationScope } {
  const parent = currentBranch();
  const branch: Branch = { path: within(parent, name), parent, stopped: false };
  const scope = new CancellationScope({ cancellable: true });
  branches.set(scope, branch);
  return { branch, scope };
}

/** Runs the work as a branch inside the current one. */
export function inBranch<T>(name: string, work: () => Promise<T>): Promise<T> {
  return openBranch(name).scope.run(work);
}

/** The name with the path of the branch in front. */
export function within(branch: Branch, name: string): string {
  return branch.path === '' ? name : `${branch.path}/${name}`;
}

/** True when this branch, or one around it, is being stopped. */
export function isStopped(branch: Branch): boolean {
  return branch.stopped || (branch.parent !== null && isStopped(branch.parent));
}
