import { type Environment, readWhole } from './environment.ts';

/** Which part of the work is this process's. */
export interface Shard {
  /** The logical index, 0 to count - 1. It stays the same when a failed shard is tried again. */
  index: number;
  /** How many shards the whole work has. 1 for a step that is no array. */
  count: number;
}

/**
 * Says which shard this process is.
 *
 * A retry starts only the shards that failed, as a smaller array (or a single job), so the array index of AWS Batch
 * is not the shard: it counts the set bits of `NIGHTSHIFT_SHARD_MAP`. Without that map the two are the same.
 * Throws when the variables contradict each other.
 */
export function shard(env: Environment = process.env): Shard {
  const index = shardIndex(env);
  const count = readWhole(env, 'NIGHTSHIFT_SHARD_COUNT') ?? 1;
  if (index >= count) {
    throw new Error(
      `Shard ${index} of ${count} cannot be [AWS_BATCH_JOB_ARRAY_INDEX=${env.AWS_BATCH_JOB_ARRAY_INDEX ?? ''}, ` +
        `NIGHTSHIFT_SHARD_COUNT=${env.NIGHTSHIFT_SHARD_COUNT ?? ''}]. Outside Nightshift set NIGHTSHIFT_SHARD_COUNT to the size of the array.`,
    );
  }
  return { index, count };
}

/** The logical index alone, for the output lines: 0 on a job that is no array. */
export function shardIndex(env: Environment): number {
  const position = readWhole(env, 'AWS_BATCH_JOB_ARRAY_INDEX') ?? 0;
  const map = env.NIGHTSHIFT_SHARD_MAP;
  return map ? nthShard(map, position) : position;
}

/**
 * Finds the shard at a position (from 0) of a shard map.
 *
 * The map is base64 of bytes. Shard i is in it when bit (i & 7) of byte (i >> 3) is set, bit 0 being the least
 * significant: `"CQ=="` is the byte 0b00001001, the shards 0 and 3.
 */
export function nthShard(map: string, position: number): number {
  const bytes = decode(map);
  let seen = 0;
  for (let index = 0; index < bytes.length * 8; index += 1) {
    if (!isSet(bytes, index)) continue;
    if (seen === position) return index;
    seen += 1;
  }
  throw new Error(
    `NIGHTSHIFT_SHARD_MAP names ${seen} shards, so there is none at position ${position} (counted from 0)`,
  );
}

function isSet(bytes: Uint8Array, index: number): boolean {
  return (((bytes[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}

function decode(map: string): Uint8Array {
  // Buffer.from skips what is not base64; a map read wrongly would work on another shard's data.
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(map) || map.length % 4 !== 0) {
    throw new Error('NIGHTSHIFT_SHARD_MAP must be base64 such as "CQ=="');
  }
  return Buffer.from(map, 'base64');
}
