import { storedText } from '../stored-text.ts';

const longestLine = 2_000;

/** A log line as people read it: at most 2 000 characters, without what Postgres refuses. */
export function readableLine(message: string): string {
  // Cut first: half of a character that is left at the end is replaced too.
  return storedText(message.slice(0, longestLine));
}
