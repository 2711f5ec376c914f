import fc from 'fast-check';
import { nthShard, shard } from '../../container/shard.ts';

/** Written from the documented layout, bit by bit, not from the decoder. */
function encode(shards: readonly number[]): string {
  const bytes = Buffer.alloc(Math.floor(Math.max(...shards) / 8) + 1);
  for (const index of shards) bytes[Math.floor(index / 8)] = (bytes[Math.floor(index / 8)] ?? 0) + 2 ** (index % 8);
  return bytes.toString('base64');
}

describe('shard', () => {
  test('a step that is no array is shard 0 of 1', () => {
    expect(shard({})).toEqual({ index: 0, count: 1 });
    expect(shard({ AWS_BATCH_JOB_ARRAY_INDEX: '' })).toEqual({ index: 0, count: 1 });
  });

  test('without a map the shard is the array index', () => {
    expect(shard({ AWS_BATCH_JOB_ARRAY_INDEX: '3', NIGHTSHIFT_SHARD_COUNT: '4' })).toEqual({ index: 3, count: 4 });
  });

  test('the documented example map holds the shards 0 and 3', () => {
    expect([nthShard('CQ==', 0), nthShard('CQ==', 1)]).toEqual([0, 3]);
  });

  test('a retried single shard keeps its index without an array index', () => {
    const env = { NIGHTSHIFT_SHARD_MAP: encode([2]), NIGHTSHIFT_SHARD_COUNT: '4' };
    expect(shard(env)).toEqual({ index: 2, count: 4 });
  });

  test('every position of a map gives the shard that was put there', () => {
    const shardSets = fc.uniqueArray(fc.nat({ max: 9_999 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(shardSets, (chosen) => {
        const sorted = chosen.toSorted((a, b) => a - b);
        const found = sorted.map((_, position) => nthShard(encode(sorted), position));
        expect(found).toEqual(sorted);
      }),
      { numRuns: 50 },
    );
  });

  test('a map of 10,000 shards is read', () => {
    expect(nthShard(encode(Array.from({ length: 10_000 }, (_, index) => index)), 9_999)).toBe(9_999);
  });

  test.each([
    [{ AWS_BATCH_JOB_ARRAY_INDEX: 'two' }, 'AWS_BATCH_JOB_ARRAY_INDEX must be a whole number such as 3, got "two"'],
    [{ AWS_BATCH_JOB_ARRAY_INDEX: '-1' }, 'AWS_BATCH_JOB_ARRAY_INDEX must be a whole number'],
    [{ NIGHTSHIFT_SHARD_MAP: 'not base64!' }, 'NIGHTSHIFT_SHARD_MAP must be base64 such as "CQ=="'],
    [
      { NIGHTSHIFT_SHARD_MAP: 'CQ==', AWS_BATCH_JOB_ARRAY_INDEX: '2' },
      'names 2 shards, so there is none at position 2',
    ],
    [{ AWS_BATCH_JOB_ARRAY_INDEX: '3' }, 'Shard 3 of 1 cannot be'],
  ])('contradicting variables %j are refused', (env, message) => {
    expect(() => shard(env)).toThrow(message);
  });
});
