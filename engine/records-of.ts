/** The record count in a result or an output: its `records`, when that is a whole number; null without one. */
export function recordsOf(value: unknown): number | null {
  if (typeof value !== 'object' || value === null || !('records' in value)) return null;
  return typeof value.records === 'number' && Number.isSafeInteger(value.records) ? value.records : null;
}
