/**
 * Writes which logical shards an attempt carries, so that 10,000 of them fit the limit on container overrides: base64
 * of bytes, shard i being bit (i & 7) of byte (i >> 3), bit 0 the least significant. `nightshift/container` reads it.
 * @throws RangeError when there is no shard, or one is not a whole number from 0 to `count` - 1.
 */
export function encodeShardMap(indexes: readonly number[], count: number): string {
  if (indexes.length === 0) throw new RangeError('A shard map names at least one shard');
  const bytes = Buffer.alloc(Math.ceil(count / 8));
  for (const index of indexes) {
    if (!Number.isInteger(index) || index < 0 || index >= count) {
      throw new RangeError(`Shard ${index} is not one of ${count}: expected a whole number from 0 to ${count - 1}`);
    }
    bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return bytes.toString('base64');
}

/**
 * The logical shards of a map, ascending: the k-th is what AWS's array index k works on.
 * @throws TypeError when the text is not base64.
 */
export function decodeShardMap(map: string): number[] {
  // Buffer.from skips what is not base64; a map read wrongly would settle another shard.
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(map) || map.length % 4 !== 0) {
    throw new TypeError(`A shard map is base64 such as "CQ==", got ${map.length} characters that are not`);
  }
  const bytes = Buffer.from(map, 'base64');
  return Array.from({ length: bytes.length * 8 }, (_, index) => index).filter(
    (index) => (((bytes[index >> 3] ?? 0) >> (index & 7)) & 1) === 1,
  );
}
