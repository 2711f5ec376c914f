import type { RetryStrategy } from '@aws-sdk/client-batch';

/** How an attempt failed. */
export interface AttemptFailure {
  exitCode: number | undefined;
  /** Of the container. */
  reason: string | undefined;
  statusReason: string | undefined;
}

/**
 * Whether a failed attempt is followed by another. The first entry whose conditions all match decides; when none
 * matches, the job is retried.
 */
export function isRetried(strategy: RetryStrategy, failure: AttemptFailure, attemptsMade: number): boolean {
  if (attemptsMade >= (strategy.attempts ?? 1)) return false;
  const entry = strategy.evaluateOnExit?.find(
    (candidate) =>
      matches(candidate.onExitCode, failure.exitCode?.toString()) &&
      matches(candidate.onReason, failure.reason) &&
      matches(candidate.onStatusReason, failure.statusReason),
  );
  return entry === undefined || entry.action?.toUpperCase() === 'RETRY';
}

/** A missing pattern matches all; only a trailing `*` is a wildcard, and it alone also matches a missing text. */
function matches(pattern: string | undefined, text: string | undefined): boolean {
  if (pattern === undefined) return true;
  if (!pattern.endsWith('*')) return text === pattern;
  return (text ?? '').startsWith(pattern.slice(0, -1));
}
