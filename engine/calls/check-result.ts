import { storedText } from '../../compute/stored-text.ts';
import type { FailureClass } from '../../model/failures.ts';

/** What came of a call. */
export type CallResult =
  | { status: 'succeeded'; output: unknown }
  | { status: 'failed'; class: FailureClass; reason: string; logTail: string[] };

/** The output of a step has at most this many characters. */
const maxOutput = 1_048_576;

/** The result with its output as JSON carries it; a failure for what cannot be JSON, or is too large. */
export function checkedResult(result: CallResult): CallResult {
  if (result.status === 'failed') return result;
  const text = asJson(result.output);
  const refuse = (failureClass: FailureClass, reason: string): CallResult => ({
    status: 'failed',
    class: failureClass,
    reason,
    logTail: [],
  });
  if (text === null) return refuse('outputInvalid', 'What it returned cannot be JSON');
  if (text.length > maxOutput) {
    return refuse('outputTooLarge', `What it returned is longer than ${maxOutput} characters`);
  }
  return { status: 'succeeded', output: JSON.parse(storedText(text)) };
}

function asJson(value: unknown): string | null {
  try {
    return JSON.stringify(value ?? null) ?? null;
  } catch {
    return null;
  }
}
