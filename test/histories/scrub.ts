import type { RecordedHistory } from './replay.ts';

/** Text to take out, and what stands in its place. */
export type Replacements = readonly (readonly [from: string, to: string])[];

/**
 * Takes the machine out of a history: names of hosts, processes and folders, wherever they stand, inside payloads too.
 * Identities and the queues of single processes become fixed words.
 */
export function scrub(history: RecordedHistory, replacements: Replacements): RecordedHistory {
  return walk(history, replacements) as RecordedHistory;
}

function walk(value: unknown, replacements: Replacements): unknown {
  if (typeof value === 'string') return replaceAll(value, replacements);
  if (Array.isArray(value)) return value.map((item) => walk(item, replacements));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, field(key, inner, replacements)] as const);
  const record = Object.fromEntries(entries);
  return record.kind === 'TASK_QUEUE_KIND_STICKY' ? { ...record, name: 'sticky' } : record;
}

function field(key: string, value: unknown, replacements: Replacements): unknown {
  if (key === 'identity') return 'worker';
  // The bytes of a payload; its metadata holds no text of ours.
  if (key === 'data' && typeof value === 'string') return encode(replaceAll(decode(value), replacements));
  if (key === 'stackTrace') return '';
  return walk(value, replacements);
}

function replaceAll(text: string, replacements: Replacements): string {
  return replacements.reduce((left, [from, to]) => left.replaceAll(from, to), text);
}

function decode(data: string): string {
  return Buffer.from(data, 'base64').toString('utf8');
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
