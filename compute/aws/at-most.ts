/**
 * Calls `work` for each item, at most `limit` at a time, and returns the results in the order of the items. After the
 * first error no more are begun, and it is thrown.
 */
export async function atMost<T, R>(limit: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  let failed = false;
  const takeNext = async () => {
    // One iterator for all: each takes the next item that nobody has taken.
    for (const [index, item] of left) {
      if (failed) return;
      results[index] = await work(item);
    }
  };
  const takers = Array.from({ length: Math.min(limit, items.length) }, () =>
    takeNext().catch((error: unknown) => {
      failed = true;
      throw error;
    }),
  );
  await Promise.all(takers);
  return results;
}
