import { readFileSync } from 'node:fs';
import type { Environment } from './environment.ts';
import { getObject } from './s3/get-object.ts';
import { shard } from './shard.ts';

/**
 * Gives the step's input: the JSON of `JOB_INPUT`; or, when that was too long or too sensitive for the environment, of
 * the object in S3 (or in local mode the file) that it points at; or this shard's own, when shards get different ones.
 * The caller says what it expects and checks what matters to it. An object is read with the container's own AWS
 * credentials, which takes some tenths of a second, each time.
 * Throws when there is no input, it cannot be read or it is not JSON; the message never repeats any of it.
 */
export function input<T>(env: Environment = process.env): T {
  const text = env.JOB_INPUT;
  if (!text)
    throw new Error('JOB_INPUT is not set. Outside Nightshift give it as JSON, such as {"date":"2026-11-21"}.');
  return follow(parse(text, 'JOB_INPUT'), env) as T;
}

interface Pointer {
  nightshiftInput: unknown;
}

function isPointer(value: unknown): value is Pointer {
  return typeof value === 'object' && value !== null && 'nightshiftInput' in value && Object.keys(value).length === 1;
}

/** What was put elsewhere may hold an input for each shard, and points no further. */
function follow(value: unknown, env: Environment): unknown {
  if (!isPointer(value)) return value;
  const stored = storedAt(value.nightshiftInput, env);
  if (stored === undefined) return ownPart(value.nightshiftInput, env);
  return isPointer(stored) ? ownPart(stored.nightshiftInput, env) : stored;
}

function storedAt(pointer: unknown, env: Environment): unknown {
  if (typeof pointer !== 'object' || pointer === null) return undefined;
  if ('file' in pointer && typeof pointer.file === 'string') return parse(read(pointer.file), pointer.file);
  if ('s3' in pointer && typeof pointer.s3 === 'string') return parse(getObject(pointer.s3, env), pointer.s3);
  return undefined;
}

function ownPart(pointer: unknown, env: Environment): unknown {
  if (typeof pointer === 'object' && pointer !== null) {
    if ('shards' in pointer && typeof pointer.shards === 'object') {
      return ofShard(pointer.shards as Record<string, unknown>, shard(env).index);
    }
  }
  throw new Error(
    'JOB_INPUT points at the input in a way that this version does not know; it knows {"s3":"s3://bucket/key"}, {"file":"/path"} and {"shards":{...}}',
  );
}

function ofShard(shards: Record<string, unknown>, index: number): unknown {
  if (!(String(index) in shards)) throw new Error(`JOB_INPUT holds no input for shard ${index}`);
  return shards[String(index)];
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`The input's file cannot be read [file=${file}]`, { cause: error });
  }
}

function parse(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may be secret.
    throw new Error(`The input is not JSON [source=${source}, characters=${text.length}]`);
  }
}
