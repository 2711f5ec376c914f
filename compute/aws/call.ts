import type { FailureClass } from '../../model/failures.ts';
import { classifyCallError } from '../call-errors.ts';
import { StartRefused } from '../port.ts';
import { storedText } from '../stored-text.ts';

/** A request to AWS that brought no answer, or an error. Says what was asked, of what, and what came back. */
export class AwsCallFailed extends Error {
  /** Not null when it is proved that AWS did nothing. */
  readonly failureClass: FailureClass | null;

  constructor(message: string, failureClass: FailureClass | null, cause: unknown) {
    super(message, { cause });
    this.name = 'AwsCallFailed';
    this.failureClass = failureClass;
  }
}

/** What a request is about, for its error: never anything that a job was given. */
export type Subject = Record<string, string | number>;

/**
 * Sends one request with the time limit of all requests.
 * @throws AwsCallFailed
 */
export async function call<T>(
  asked: { operation: string; of: Subject; within: number },
  send: (options: { abortSignal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const abortSignal = AbortSignal.timeout(asked.within);
  try {
    // The SDK looks at the signal only while a request is under way, not while it waits for credentials.
    return await Promise.race([send({ abortSignal }), whenAborted(abortSignal)]);
  } catch (error) {
    const subject = Object.entries(asked.of).map(([name, value]) => `${name}=${value}`);
    const cameBack = abortSignal.aborted ? `no answer within ${asked.within} ms` : describeError(error);
    const message = `AWS ${asked.operation} failed [${subject.join(', ')}]: ${cameBack}`;
    throw new AwsCallFailed(message, classifyCallError(error), isQuoting(error) ? undefined : error);
  }
}

/**
 * For the `catch` of a call that starts something.
 * @throws StartRefused when it is proved that nothing was made; else the error as it came.
 */
export function refuseIfProved(error: unknown): never {
  if (error instanceof AwsCallFailed && error.failureClass !== null) {
    throw new StartRefused(error.failureClass, error.message, error);
  }
  throw error;
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** True for the error of AWS with this name. */
export function isAwsError(error: unknown, name: string): boolean {
  return error instanceof AwsCallFailed && nameAndMessage(error.cause).name === name;
}

function describeError(error: unknown): string {
  if (isQuoting(error)) return 'the answer is not JSON';
  const { name, message } = nameAndMessage(error);
  return storedText(`${name}: ${message}`.slice(0, 1_000));
}

/** The parser's message quotes the answer, and an answer can hold a job's input. */
function isQuoting(error: unknown): boolean {
  return nameAndMessage(error).name === 'SyntaxError';
}

function nameAndMessage(error: unknown): { name: string; message: string } {
  if (typeof error !== 'object' || error === null) return { name: 'Error', message: String(error) };
  const { name, message, errors } = error as Partial<AggregateError>;
  // A host with several addresses fails with an empty message and one error for each.
  const all = Array.isArray(errors) ? errors.map(String).join('; ') : message;
  return { name: name ?? 'Error', message: all || 'no message' };
}
