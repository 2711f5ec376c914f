import fc from 'fast-check';
import { decodeShardMap, encodeShardMap } from '../../compute/shard-map.ts';
import { nthShard } from '../../container/shard.ts';

const shardsOfArray = fc
  .integer({ min: 1, max: 10_000 })
  .chain((count) =>
    fc.tuple(fc.uniqueArray(fc.integer({ min: 0, max: count - 1 }), { minLength: 1 }), fc.constant(count)),
  );

describe('the shard map', () => {
  test('gives back any set of shards, ascending', () => {
    fc.assert(
      fc.property(shardsOfArray, ([shards, count]) => {
        const ascending = [...shards].sort((a, b) => a - b);

        expect(decodeShardMap(encodeShardMap(shards, count))).toEqual(ascending);
      }),
    );
  });

  test('tells the container at each array index the shard that we settle for it', () => {
    fc.assert(
      fc.property(shardsOfArray, ([shards, count]) => {
        const map = encodeShardMap(shards, count);

        decodeShardMap(map).forEach((shard, position) => {
          expect(nthShard(map, position)).toBe(shard);
        });
      }),
      { numRuns: 20 },
    );
  });

  test('counts bits from the least significant: shards 0 and 3 are the byte 9', () => {
    expect(encodeShardMap([3, 0], 4)).toBe('CQ==');
    expect(decodeShardMap('CQ==')).toEqual([0, 3]);
  });

  test('of 10,000 shards leaves room in the overrides', () => {
    const all = Array.from({ length: 10_000 }, (_, index) => index);

    expect(encodeShardMap(all, 10_000).length).toBeLessThan(1_700);
  });

  test.each([[[4]], [[-1]], [[1.5]], [[]]])('refuses %j of 4 shards', (shards) => {
    expect(() => encodeShardMap(shards, 4)).toThrow(RangeError);
  });

  test.each(['', 'CQ=', 'C Q=', '[0,3]'])('refuses %j as a map', (map) => {
    expect(() => decodeShardMap(map)).toThrow(TypeError);
  });
});
