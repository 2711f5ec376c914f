import type { JobTimeout, KeyValuePair, RetryStrategy } from '@aws-sdk/client-batch';
import { clientException } from '../aws-error.ts';

/** Limits of Batch that definitions and submissions share. */
export const limits = {
  arraySize: { min: 2, max: 10_000 },
  attempts: { min: 1, max: 10 },
  evaluateOnExit: 5,
  conditionLength: 512,
  timeoutSeconds: 60,
  tags: 50,
  submitBytes: 30 * 1024,
  definitionBytes: 24 * 1024,
  /** Accepted by SubmitJob; the job fails later. */
  overrideCharacters: 8_192,
  terminateReason: 1_024,
  containerReason: 255,
  describedJobs: 100,
  dependencies: 20,
} as const;

/** Names of jobs and job definitions. Throws ClientException, as do all of these. */
export function checkName(what: string, name: string | undefined): string {
  if (name === undefined || !/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(name)) {
    throw clientException(
      `Error executing request, Exception : ${what} should match valid pattern: ^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$, got ${name}`,
    );
  }
  return name;
}

/** Environment of definitions and overrides. */
export function checkEnvironment(environment: KeyValuePair[] | undefined): void {
  const reserved = environment?.find((variable) => variable.name?.startsWith('AWS_BATCH'));
  if (reserved) {
    throw clientException(`Environment variables must not begin with AWS_BATCH, which is reserved: ${reserved.name}`);
  }
}

/** `attemptDurationSeconds` of at least 60. */
export function checkTimeout(timeout: JobTimeout | undefined): void {
  if (!timeout) return;
  const { attemptDurationSeconds: seconds } = timeout;
  if (seconds === undefined || seconds < limits.timeoutSeconds) {
    throw clientException(`attemptDurationSeconds must be at least ${limits.timeoutSeconds}, got ${seconds}.`);
  }
}

/** At most 50 tags. */
export function checkTags(tags: Record<string, string> | undefined): void {
  const count = Object.keys(tags ?? {}).length;
  if (count > limits.tags) throw clientException(`A job can have at most ${limits.tags} tags, got ${count}.`);
}

/** Attempts and exit conditions. */
export function checkRetryStrategy(strategy: RetryStrategy | undefined): void {
  if (!strategy) return;
  const { attempts, evaluateOnExit = [] } = strategy;
  if (attempts === undefined && evaluateOnExit.length > 0) throw clientException('evaluateOnExit needs attempts.');
  if (attempts !== undefined && (attempts < limits.attempts.min || attempts > limits.attempts.max)) {
    throw clientException(
      `Retry attempts must be between ${limits.attempts.min} and ${limits.attempts.max}, got ${attempts}.`,
    );
  }
  if (evaluateOnExit.length > limits.evaluateOnExit) {
    throw clientException(
      `evaluateOnExit takes at most ${limits.evaluateOnExit} entries, got ${evaluateOnExit.length}.`,
    );
  }
  for (const { action, onExitCode, onReason, onStatusReason } of evaluateOnExit) {
    if (!/^(retry|exit)$/i.test(action ?? ''))
      throw clientException(`Evaluate on exit action must be RETRY or EXIT, got ${action}.`);
    if (onExitCode === undefined && onReason === undefined && onStatusReason === undefined) {
      throw clientException('Evaluate on exit needs at least one of onExitCode, onReason, onStatusReason.');
    }
    checkCondition(onExitCode, /^\d*\*?$/);
    checkCondition(onReason, /^[A-Za-z0-9.:\s]*\*?$/);
    checkCondition(onStatusReason, /^[A-Za-z0-9.:\s]*\*?$/);
  }
}

function checkCondition(condition: string | undefined, allowed: RegExp): void {
  if (condition === undefined) return;
  if (condition.length > limits.conditionLength || !allowed.test(condition)) {
    throw clientException('Evaluate on exit condition contains restricted characters');
  }
}
