import { readFileSync } from 'node:fs';
import type { Environment } from './environment.ts';
import { shard } from './shard.ts';

/**
 * Gives the step's input: the JSON of `JOB_INPUT`; or this shard's own, when shards get different ones; or that of the
 * file that it points at when the input was too long or too sensitive for the environment. The caller says what it expects and checks what matters to it.
 * Throws when there is no input or it is not JSON; the message never repeats any of it.
 */
export function input<T>(env: Environment = process.env): T {
  const text = env.JOB_INPUT;
  if (!text)
    throw new Error('JOB_INPUT is not set. Outside Nightshift give it as JSON, such as {"date":"2026-11-21"}.');
  const value = parse(text, 'JOB_INPUT');
  return (isPointer(value) ? readPointer(value.nightshiftInput, env) : value) as T;
}

interface Pointer {
  nightshiftInput: unknown;
}

function isPointer(value: unknown): value is Pointer {
  return typeof value === 'object' && value !== null && 'nightshiftInput' in value && Object.keys(value).length === 1;
}

function readPointer(pointer: unknown, env: Environment): unknown {
  if (typeof pointer === 'object' && pointer !== null) {
    if ('file' in pointer && typeof pointer.file === 'string') return parse(read(pointer.file), pointer.file);
    if ('shards' in pointer && typeof pointer.shards === 'object') {
      return ofShard(pointer.shards as Record<string, unknown>, shard(env).index);
    }
  }
  throw new Error(
    'JOB_INPUT points at the input in a way that this version does not know; it knows {"file":"/path"} and {"shards":{...}}',
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
