/** Some values of a field: from `start` to `end`, every `step`. */
export interface CronRange {
  start: number;
  end: number;
  step: number;
}

/** The values that ranges stand for, ascending, each once. */
export function valuesOf(ranges: readonly CronRange[]): number[] {
  const values = new Set<number>();
  for (const { start, end, step } of ranges) {
    for (let value = start; value <= end; value += step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

/** Ranges of step 1 that stand for these ascending values. */
export function rangesOf(values: readonly number[]): CronRange[] {
  const ranges: CronRange[] = [];
  for (const value of values) {
    const last = ranges.at(-1);
    if (last?.end === value - 1) last.end = value;
    else ranges.push({ start: value, end: value, step: 1 });
  }
  return ranges;
}

/** The part of each range that lies between two values; what is empty is left out. */
export function clampRanges(ranges: readonly CronRange[], first: number, last: number): CronRange[] {
  return ranges.flatMap((range) => {
    const missing = Math.max(0, first - range.start);
    const start = range.start + Math.ceil(missing / range.step) * range.step;
    const end = Math.min(range.end, last);
    return start <= end ? [{ start, end, step: range.step }] : [];
  });
}
