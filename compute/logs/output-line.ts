import type { OutputLine } from '../port.ts';
import { parseStoredJson } from '../stored-text.ts';

/**
 * Reads `{"nightshift":{"attempt":"...","shard":3,"output":{...},"records":25000}}`. Null for anything else: lines of
 * other attempts, progress, and what a program printed that only looks like it.
 */
export function readOutputLine(message: string, attemptId: string): OutputLine | null {
  const said = field(parsed(message), 'nightshift');
  const shard = field(said, 'shard');
  if (field(said, 'attempt') !== attemptId || field(said, 'progress') !== undefined) return null;
  if (typeof shard !== 'number' || !Number.isSafeInteger(shard) || shard < 0) return null;
  const output = field(said, 'output');
  const records = field(said, 'records');
  return {
    shard,
    ...(output === undefined ? {} : { output }),
    ...(typeof records === 'number' && Number.isSafeInteger(records) && records >= 0 ? { records } : {}),
  };
}

function parsed(message: string): unknown {
  try {
    return parseStoredJson(message);
  } catch {
    // A program may print anything; a line that is no JSON is not ours.
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
