import { parseStoredJson } from '../stored-text.ts';

/** An answer of AWS as plain JSON that Postgres and Temporal take, times as text; null for nothing. */
export function plain(answer: object | undefined): Record<string, unknown> | null {
  return answer === undefined ? null : (parseStoredJson(JSON.stringify(answer)) as Record<string, unknown>);
}
