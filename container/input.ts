import { readFileSync } from 'node:fs';
import type { Environment } from './environment.ts';

/**
 * Gives the step's input: the JSON of `JOB_INPUT`, or of the file that it points at when the input was too long or too
 * sensitive for the environment. The caller says what it expects and checks what matters to it.
 * Throws when there is no input or it is not JSON; the message never repeats any of it.
 */
export function input<T>(env: Environment = process.env): T {
  const text = env.JOB_INPUT;
  if (!text) throw new Error('JOB_INPUT is not set. Outside Nightshift give it as JSON, such as {"date":"2026-11-21"}.');
  const value = parse(text, 'JOB_INPUT');
  return (isPointer(value) ? readPointer(value.nightshiftInput) : value) as T;
}

interface Pointer {
  nightshiftInput: unknown;
}

function isPointer(value: unknown): value is Pointer {
  return typeof value === 'object' && value !== null && 'nightshiftInput' in value && Object.keys(value).length === 1;
}

function readPointer(pointer: unknown): unknown {
  const file = typeof pointer === 'object' && pointer !== null && 'file' in pointer ? pointer.file : undefined;
  if (typeof file !== 'string') {
    throw new Error('JOB_INPUT points at the input in a way that this version does not know; it knows {"file":"/path"}');
  }
  return parse(read(file), file);
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
