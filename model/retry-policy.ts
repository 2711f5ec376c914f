import { type FailureClass, failureClasses, type ShardFailure } from './failures.ts';

/** How often and when a failed task is tried again. Plain data: it travels in the workflow's input. */
export interface RetryPolicy {
  /** Retries after the first try, per shard and execution. */
  times: number;
  delayMs: number;
  /** What an exit code means in spite of its class. */
  onExitCode: Record<string, 'fail' | 'retry'>;
  /** Retries that spend nothing, per shard and execution; the delay grows by `backoff` with each. */
  free: { times: number; delayMs: number; backoff: number };
  /** An outcome that nobody knows is tried again: the task may run twice without harm. */
  idempotent?: boolean;
  /** AWS Batch itself tries the children of an array again, as often as `times` says. */
  inBatch?: boolean;
}

/** Retries already used by one shard in this execution. */
export interface Spent {
  user: number;
  free: number;
}

/** The next try: what each shard has used up to it, and how long to wait before. */
export interface NextTry {
  spent: Map<number, Spent>;
  delayMs: number;
}

/** AWS Batch makes at most ten attempts of a job. */
const batchRetries = 9;

/**
 * Decides after a failed attempt: null = give up; otherwise when to try again. `size`: shards of the array, null for a
 * single job. Pure, and called in workflow code: it must give the same answer on replay.
 */
export function decideRetry(
  policy: RetryPolicy,
  failed: { failures: ShardFailure[]; size: number | null },
  spent: ReadonlyMap<number, Spent>,
): NextTry | null {
  const next = new Map(spent);
  const isInBatch = policy.inBatch === true && failed.size !== null && failed.size > 1;
  const times = isInBatch ? Math.max(0, policy.times - batchRetries) : policy.times;
  let delayMs = 0;
  for (const failure of failed.failures) {
    const kind = kindOf(policy, failure.class, failure.exitCode);
    for (const shard of failure.shards) {
      const used = next.get(shard) ?? { user: 0, free: 0 };
      if (kind === 'never') return null;
      if (kind === 'spends' && used.user >= times) return null;
      if (kind === 'free' && used.free >= policy.free.times) return null;
      delayMs = Math.max(delayMs, kind === 'spends' ? policy.delayMs : freeDelayMs(policy, used.free));
      next.set(shard, kind === 'spends' ? { ...used, user: used.user + 1 } : { ...used, free: used.free + 1 });
    }
  }
  return { spent: next, delayMs };
}

function freeDelayMs({ free }: RetryPolicy, used: number): number {
  return free.delayMs * free.backoff ** used;
}

function kindOf(policy: RetryPolicy, failureClass: FailureClass, exitCode: number | null) {
  const chosen = failureClass === 'exitCode' && exitCode !== null ? policy.onExitCode[String(exitCode)] : undefined;
  if (chosen === 'fail') return 'never';
  if (failureClass === 'outcomeUnknown' && policy.idempotent === true) return 'spends';
  return failureClasses[failureClass].retried;
}
