import { ApplicationFailure } from '@temporalio/workflow';
import type { RunInput } from '../model/settings.ts';
import type { CallOptions } from '../model/task.ts';
import type { Inbox } from './inbox.ts';
import { currentLocks, enterParts } from './lock-parts.ts';
import { carryOut, type StepCall } from './step.ts';

/** AWS Batch takes arrays of 2 to 10,000; one shard runs as a single job. */
const maxShards = 10_000;

/** The calls of a run's tasks, and how many of them have not come to an end. */
export interface TaskCallsOfRun {
  tasks: Record<string, unknown>;
  /** Steps that were called and have not settled. */
  pending(): string[];
}

/** Makes `tasks` for one run: `tasks.score(...)` and `tasks.score.array(...)`. */
export function makeTaskCalls(run: RunInput, inbox: Inbox): TaskCallsOfRun {
  const counters = new Map<string, number>();
  const keys = new Set<string>();
  const open = new Set<string>();

  const keyOf = (task: string, options: CallOptions | undefined): string => {
    const count = (counters.get(task) ?? 0) + 1;
    counters.set(task, count);
    const key = options?.name ?? `${task}#${count}`;
    if (keys.has(key)) throw misuse(`Two steps of ${run.runId} are named "${key}": give each call its own name`);
    keys.add(key);
    return key;
  };

  const call = async (step: Pick<StepCall, 'task' | 'stepKey' | 'input' | 'size'>): Promise<unknown[]> => {
    const retry = run.retry[step.task];
    if (retry === undefined) throw misuse(`${run.job} has no task "${step.task}"`);
    open.add(step.stepKey);
    const leave = enterParts(step.stepKey);
    const locks = currentLocks();
    const under = locks.length === 0 ? {} : { locks };
    try {
      return await carryOut({ runId: run.runId, execution: run.execution, retry, ...step, ...under }, inbox);
    } finally {
      open.delete(step.stepKey);
      leave();
    }
  };

  const tasks = Object.keys(run.retry).map((task) => {
    const single = async (input?: unknown, options?: CallOptions) => {
      const [output] = await call({ task, stepKey: keyOf(task, options), input: { all: input ?? null }, size: null });
      return output ?? undefined;
    };
    const array = async (size: number, input: unknown, options?: CallOptions) => {
      const stepKey = keyOf(task, options);
      if (!Number.isInteger(size) || size < 0 || size > maxShards) {
        throw misuse(`tasks.${task}.array takes 0 to ${maxShards} shards, got ${size}`);
      }
      if (size === 0) return [];
      return call({ task, stepKey, input: inputOf(size, input), size });
    };
    return [task, Object.assign(handled(single), { array: handled(array) })] as const;
  });
  return { tasks: Object.fromEntries(tasks), pending: () => [...open] };
}

function inputOf(size: number, input: unknown): StepCall['input'] {
  if (typeof input !== 'function') return { all: input ?? null };
  return { shards: Array.from({ length: size }, (_, shard) => input(shard) ?? null) };
}

function misuse(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'jobCode');
}

/**
 * A step may fail before the job awaits it, or never be awaited. Without a handler of its own that rejection would fail
 * the workflow task, again and again, in place of the run.
 */
function handled<Args extends unknown[], T>(call: (...args: Args) => Promise<T>): (...args: Args) => Promise<T> {
  return (...args) => {
    const outcome = call(...args);
    outcome.catch(() => undefined);
    return outcome;
  };
}
