import type { RunInput } from '../model/settings.ts';
import type { BatchCallOptions, CallOptions } from '../model/task.ts';
import { currentBranch, within } from './branches.ts';
import type { Inbox } from './inbox.ts';
import { currentLocks, enterParts } from './lock-parts.ts';
import { handled, misuse } from './misuse.ts';
import { carryOut, type StepCall } from './step.ts';

/** AWS Batch takes arrays of 2 to 10,000; one shard runs as a single job. */
const maxShards = 10_000;

/** The calls of a run's tasks, and how many of them have not come to an end. */
export interface TaskCallsOfRun {
  tasks: Record<string, unknown>;
  /** Steps that were called and have not settled. */
  pending(): string[];
  /** What they are; other calls that have to be awaited note themselves here. */
  open: Set<string>;
}

/** Makes `tasks` for one run: `tasks.score(...)` and `tasks.score.array(...)`. `handler`: their steps are those of `onFailure`. */
export function makeTaskCalls(run: RunInput, inbox: Inbox, handler = false): TaskCallsOfRun {
  const counters = new Map<string, number>();
  const keys = new Set<string>();
  const open = new Set<string>();

  const keyOf = (task: string, options: CallOptions | undefined): string => {
    // Counted in the branch, not in the run: which branch comes first must not change the keys.
    const branch = currentBranch();
    const counter = within(branch, task);
    const count = (counters.get(counter) ?? 0) + 1;
    counters.set(counter, count);
    if (options?.name?.includes('/')) throw misuse(`A step is named "${options.name}": write a name without "/"`);
    const key = within(branch, options?.name ?? `${task}#${count}`);
    if (keys.has(key)) throw misuse(`Two steps of ${run.runId} are named "${key}": give each call its own name`);
    keys.add(key);
    return key;
  };

  const call = async (
    step: Pick<StepCall, 'task' | 'stepKey' | 'input' | 'size' | 'parameters'>,
  ): Promise<unknown[]> => {
    const retry = run.retry[step.task];
    if (retry === undefined) throw misuse(`${run.job} has no task "${step.task}"`);
    open.add(step.stepKey);
    const leave = enterParts(step.stepKey);
    const locks = currentLocks();
    const under = locks.length === 0 ? {} : { locks };
    try {
      const { runId, execution } = run;
      const of = { runId, execution, retry, call: run.calls[step.task] ?? null, ...(handler ? { handler } : {}) };
      return await carryOut({ ...of, ...step, ...under }, inbox);
    } finally {
      open.delete(step.stepKey);
      leave();
    }
  };

  const tasks = Object.keys(run.retry).map((task) => {
    const single = async (input?: unknown, options?: BatchCallOptions) => {
      const stepKey = keyOf(task, options);
      const [output] = await call({
        ...{ task, stepKey, input: { all: input ?? null }, size: null },
        ...parametersOf(options),
      });
      return output ?? undefined;
    };
    const array = async (size: number, input: unknown, options?: BatchCallOptions) => {
      const stepKey = keyOf(task, options);
      if (!Number.isInteger(size) || size < 0 || size > maxShards) {
        throw misuse(`tasks.${task}.array takes 0 to ${maxShards} shards, got ${size}`);
      }
      if (size === 0) return [];
      return call({ task, stepKey, input: inputOf(size, input), size, ...parametersOf(options) });
    };
    return [task, Object.assign(handled(single), { array: handled(array) })] as const;
  });
  return { tasks: Object.fromEntries(tasks), pending: () => [...open], open };
}

function parametersOf(options: BatchCallOptions | undefined) {
  return options?.parameters === undefined ? {} : { parameters: options.parameters };
}

function inputOf(size: number, input: unknown): StepCall['input'] {
  if (typeof input !== 'function') return { all: input ?? null };
  return { shards: Array.from({ length: size }, (_, shard) => input(shard) ?? null) };
}
