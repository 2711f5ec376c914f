import { type FailureClass, failureClasses, type ShardFailure } from './failures.ts';

/** How often and when a failed task is tried again. Plain data: it travels in the workflow's input. */
export interface RetryPolicy {
  /** Retries after the first try, per shard and execution. */
  times: number;
  delayMs: number;
  /** What an exit code means in spite of its class. */
  onExitCode: Record<string, 'fail' | 'retry'>;
}

/** Retries already used by one shard in this execution. */
export interface Spent {
  user: number;
  free: number;
}

/** Free retries per shard and execution: enough for a bad Spot night, an end to a broken region. */
const maxFree = 10;

/**
 * Decides after a failed attempt: null = give up; a map of what each failed shard has used = try these again.
 * Pure, and called in workflow code: it must give the same answer on replay.
 */
export function decideRetry(policy: RetryPolicy, failures: ShardFailure[], spent: ReadonlyMap<number, Spent>) {
  const next = new Map(spent);
  for (const failure of failures) {
    const kind = kindOf(policy, failure.class, failure.exitCode);
    for (const shard of failure.shards) {
      const used = next.get(shard) ?? { user: 0, free: 0 };
      if (kind === 'never') return null;
      if (kind === 'spends' && used.user >= policy.times) return null;
      if (kind === 'free' && used.free >= maxFree) return null;
      next.set(shard, kind === 'spends' ? { ...used, user: used.user + 1 } : { ...used, free: used.free + 1 });
    }
  }
  return next;
}

function kindOf(policy: RetryPolicy, failureClass: FailureClass, exitCode: number | null) {
  const chosen = failureClass === 'exitCode' && exitCode !== null ? policy.onExitCode[String(exitCode)] : undefined;
  if (chosen === 'fail') return 'never';
  return failureClasses[failureClass].retried;
}
