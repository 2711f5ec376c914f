import { invalidParameter } from '../aws-error.ts';
import { parseJsonPattern } from './json-pattern.ts';

/** Whether an event's message matches. */
export type MessageMatch = (message: string) => boolean;

/**
 * Compiles a CloudWatch Logs filter pattern: `{ $.level = "error" && $.ms > 100 }` for messages that are JSON, or
 * terms: `error "not found" -retried`, `?warn ?error`. Undefined or blank matches everything.
 * Throws InvalidParameterException for what is no pattern, and for `%regular expressions%` and `[columns]`, which
 * are not played here.
 */
export function compileFilterPattern(pattern: string | undefined): MessageMatch {
  const text = pattern?.trim() ?? '';
  if (text === '') return () => true;
  if (text.startsWith('{')) return matchJson(text);
  return matchTerms(text);
}

function matchJson(pattern: string): MessageMatch {
  const condition = parseJsonPattern(pattern);
  return (message) => {
    const value = parseObject(message);
    return value !== undefined && condition(value);
  };
}

/** Undefined for a message that is no JSON object or list: no pattern can select from it. */
function parseObject(message: string): object | undefined {
  const start = message.trimStart()[0];
  if (start !== '{' && start !== '[') return undefined;
  try {
    return JSON.parse(message) as object;
  } catch {
    return undefined;
  }
}

function matchTerms(pattern: string): MessageMatch {
  const terms = parseTerms(pattern);
  const textsOf = (sign: string) => terms.filter((term) => term.sign === sign).map((term) => term.text);
  const required = textsOf('');
  const excluded = textsOf('-');
  const optional = textsOf('?');

  return (message) => {
    const has = (text: string) => message.includes(text);
    if (excluded.some(has) || !required.every(has)) return false;
    return required.length > 0 || optional.length === 0 || optional.some(has);
  };
}

function parseTerms(pattern: string): { sign: string; text: string }[] {
  const term = /\s*([-?]?)(?:"((?:[^"\\]|\\.)*)"|(\w+))(?=\s|$)/y;
  const terms: { sign: string; text: string }[] = [];
  while (term.lastIndex < pattern.length) {
    const found = term.exec(pattern);
    if (!found)
      throw invalidParameter(`Invalid filter pattern: terms that are no plain words need quotes [pattern=${pattern}]`);
    terms.push({ sign: found[1] ?? '', text: found[2]?.replace(/\\(.)/g, '$1') ?? found[3] ?? '' });
  }
  return terms;
}
