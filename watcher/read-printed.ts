import type { Compute, OutputLine } from '../compute/port.ts';
import { parseStoredJson } from '../compute/stored-text.ts';
import type { Claimed } from './check-attempts.ts';

/**
 * The outputs of programs that print nothing but one JSON value, for these shards. What is no JSON (yet: the end of it
 * may still come) is no output.
 */
export async function readPrinted(compute: Compute, attempt: Claimed, shards: number[]): Promise<OutputLine[]> {
  const indexOf = new Map(attempt.shards.map((shard, index) => [shard, index]));
  const wanted = shards.flatMap((shard) => indexOf.get(shard) ?? []);
  const texts = await compute.printed(attempt.externalId ?? '', wanted);
  return [...texts].flatMap(([index, text]) => {
    const output = parsed(text);
    const shard = attempt.shards[index];
    return output === undefined || shard === undefined ? [] : [{ shard, output }];
  });
}

function parsed(text: string): unknown {
  try {
    return parseStoredJson(text);
  } catch {
    return undefined;
  }
}
