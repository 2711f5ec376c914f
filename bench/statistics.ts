/** The value that a share of all values do not exceed, by the nearest rank. Throws without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('There is no percentile of no values');
  return value;
}

/** The middle value; of an even number, the lower one. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}
