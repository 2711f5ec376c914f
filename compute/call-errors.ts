import type { FailureClass } from '../model/failures.ts';

interface CallFacts {
  name: string;
  /** Null when no answer came. */
  httpStatus: number | null;
  /** It failed while the connection was being made. */
  neverSent: boolean;
}

/**
 * Errors of a call that prove that AWS did nothing, most telling first. What no row matches (5xx, a timeout, a broken
 * connection) proves nothing: the work may have been done.
 */
const refusals: { when: (facts: CallFacts) => boolean; class: FailureClass }[] = [
  // Too many calls. The older JSON services answer 400 in place of 429.
  { when: (facts) => facts.httpStatus === 429 || (isRefused(facts) && isThrottle(facts.name)), class: 'throttled' },
  // A right is missing; the message names the action.
  { when: (facts) => isRefused(facts) && facts.name.startsWith('AccessDenied'), class: 'accessDenied' },
  // Our credentials have expired or are wrong, or our clock is: goes away when the host is mended.
  { when: (facts) => facts.httpStatus === 401 || facts.httpStatus === 403, class: 'infrastructure' },
  // The request itself is wrong: queue, definition, name, size.
  { when: isRefused, class: 'startFailed' },
  // There were no credentials to sign with.
  { when: (facts) => facts.httpStatus === null && facts.name === 'CredentialsProviderError', class: 'infrastructure' },
  // No connection, so nothing was sent.
  { when: (facts) => facts.neverSent, class: 'infrastructure' },
];

/** The class of a call's error that proves that nothing was done; null when that is open. */
export function classifyCallError(error: unknown): FailureClass | null {
  const facts = factsOf(error);
  return refusals.find((row) => row.when(facts))?.class ?? null;
}

/** A 4xx answer, except 408: that one says that AWS waited, not how far it came. */
function isRefused({ httpStatus }: CallFacts): boolean {
  return httpStatus !== null && httpStatus >= 400 && httpStatus < 500 && httpStatus !== 408;
}

function isThrottle(name: string): boolean {
  return name.startsWith('Throttl') || name.startsWith('TooManyRequests') || name === 'RequestLimitExceeded';
}

function factsOf(error: unknown): CallFacts {
  const { name, $metadata } = asRecord(error);
  const { httpStatusCode } = asRecord($metadata);
  return {
    name: typeof name === 'string' ? name : '',
    httpStatus: typeof httpStatusCode === 'number' ? httpStatusCode : null,
    neverSent: isNeverSent(error),
  };
}

function isNeverSent(error: unknown): boolean {
  const { syscall, errors } = asRecord(error);
  // A host with several addresses fails with one error for each of them.
  if (Array.isArray(errors)) return errors.length > 0 && errors.every(isNeverSent);
  return syscall === 'connect' || syscall === 'getaddrinfo';
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
