import { ApplicationFailure, isCancellation } from '@temporalio/workflow';
import type { Branches, Parallel, ParallelOptions } from '../model/parallel.ts';
import { type Branch, currentBranch, isStopped, openBranch, within } from './branches.ts';
import { handled, misuse } from './misuse.ts';
import { parallelFailure } from './parallel-failure.ts';

type Opened = ReturnType<typeof openBranch>;

/** One `parallel` on its way. */
interface FanIn {
  branches: Branches;
  /** Names of branches that have not begun, in order. */
  queue: string[];
  running: Map<string, Opened>;
  results: Map<string, unknown>;
  /** What branches threw, by path. */
  failures: Map<string, unknown>;
  /** Paths of branches that were stopped, or did not begin, because another one failed. */
  stopped: string[];
  cancels: boolean;
}

/** Makes `parallel` for one run. Two that are open at once may not have a branch path in common. */
export function makeParallel(): Parallel {
  const open = new Set<string>();
  const parallel = async (branches: Branches, options: ParallelOptions = {}) => {
    const parent = currentBranch();
    check(parent, branches, options);
    const paths = Object.keys(branches).map((name) => within(parent, name));
    const twice = paths.find((path) => open.has(path));
    if (twice !== undefined) throw misuse(`A branch "${twice}" is running already: give the branches other names`);
    for (const path of paths) open.add(path);
    try {
      return await fanIn(parent, branches, options);
    } finally {
      for (const path of paths) open.delete(path);
    }
  };
  return handled(parallel) as Parallel;
}

async function fanIn(parent: Branch, branches: Branches, options: ParallelOptions): Promise<Record<string, unknown>> {
  const names = Object.keys(branches);
  const of: FanIn = {
    branches,
    queue: [...names],
    running: new Map(),
    results: new Map(),
    failures: new Map(),
    stopped: [],
    cancels: options.onFailure === 'cancel',
  };
  const lanes = Math.min(options.limit ?? names.length, names.length);
  await Promise.all(Array.from({ length: lanes }, () => lane(of, parent)));
  const failures = names.flatMap((name) => {
    const path = within(parent, name);
    return of.failures.has(path) ? [{ branch: path, thrown: of.failures.get(path) }] : [];
  });
  // The whole run, or a branch around this one, is being stopped: that is no failure of these branches.
  const outer = failures.find(({ thrown }) => isCancellation(thrown));
  if (outer !== undefined) throw outer.thrown;
  const stopped = names.map((name) => within(parent, name)).filter((path) => of.stopped.includes(path));
  if (failures.length > 0) throw parallelFailure({ failures, stopped, count: names.length });
  return Object.fromEntries(names.map((name) => [name, of.results.get(name)]));
}

/** One of `limit` lanes: takes the next branch in order, until none is left. */
async function lane(of: FanIn, parent: Branch): Promise<void> {
  for (let name = of.queue.shift(); name !== undefined; name = of.queue.shift()) await runBranch(of, parent, name);
}

async function runBranch(of: FanIn, parent: Branch, name: string): Promise<void> {
  const opened = openBranch(name);
  of.running.set(name, opened);
  try {
    of.results.set(name, await opened.scope.run(async () => of.branches[name]?.()));
  } catch (error) {
    // Somebody else has ended this execution: nobody will tell the other branches how their work ended.
    if (error instanceof ApplicationFailure && error.type === 'executionClosed') throw error;
    if (isCancellation(error) && opened.branch.stopped) of.stopped.push(opened.branch.path);
    else of.failures.set(opened.branch.path, error);
    if (of.cancels || isCancellation(error) || isStopped(parent)) stopOthers(of, parent, name);
  } finally {
    of.running.delete(name);
  }
}

/** Their steps are stopped in AWS, and each branch ends when that is proved. */
function stopOthers(of: FanIn, parent: Branch, failed: string): void {
  of.stopped.push(...of.queue.splice(0).map((name) => within(parent, name)));
  for (const [name, { branch, scope }] of of.running) {
    if (name === failed || branch.stopped) continue;
    branch.stopped = true;
    scope.cancel();
  }
}

function check(parent: Branch, branches: Branches, { onFailure, limit }: ParallelOptions): void {
  if (typeof branches !== 'object' || branches === null || Array.isArray(branches)) {
    throw misuse(
      'parallel takes a record of branches: write parallel({ left: () => tasks.x(), right: () => tasks.y() })',
    );
  }
  for (const [name, branch] of Object.entries(branches)) {
    if (!/^[A-Za-z0-9_-]{1,60}$/.test(name)) {
      throw misuse(`parallel has a branch "${name}": write letters, digits, "-" and "_", at most 60`);
    }
    if (parent.path === '' && (name === 'onSuccess' || name === 'onFailure')) {
      throw misuse(`parallel has a branch "${name}", which is the name of a handler: give it another name`);
    }
    if (typeof branch !== 'function') {
      throw misuse(`The branch "${name}" of parallel is not a function: write ${name}: () => tasks.x(...)`);
    }
  }
  if (onFailure !== undefined && onFailure !== 'wait' && onFailure !== 'cancel') {
    throw misuse(`parallel got onFailure ${JSON.stringify(onFailure)}: write 'wait' or 'cancel'`);
  }
  if (limit !== undefined && (!Number.isInteger(limit) || limit < 1)) {
    throw misuse(`parallel got limit ${JSON.stringify(limit)}: write a whole number of 1 or more`);
  }
}
