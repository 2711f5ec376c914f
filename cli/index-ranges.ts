/** Ascending indexes as people write them: `0,3-7`. */
export function indexRanges(indexes: readonly number[]): string {
  const ranges: { from: number; to: number }[] = [];
  for (const index of indexes) {
    const last = ranges.at(-1);
    if (last !== undefined && index === last.to + 1) last.to = index;
    else ranges.push({ from: index, to: index });
  }
  return ranges.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}
